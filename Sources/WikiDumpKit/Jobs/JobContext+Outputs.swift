extension JobContext {
    /// Begins the file, or the two files, of an export.
    /// - Parameters:
    ///   - place: How many outputs the pipeline has before these.
    ///   - header: What stands before everything.
    ///   - footer: What stands after everything.
    ///   - targets: Gets the files, in the order of the outputs.
    /// - Throws: ``DumpError`` with code `permission`, `diskFull` or `fileSystem`.
    func outputs(
        for file: ExportJob.File, at place: Int, header: [UInt8], footer: [UInt8],
        _ targets: inout [OutputFile]
    ) throws(DumpError) -> [PipelineOutput] {
        let target = try create(file.name)
        targets.append(target)
        switch file.compression {
        case .gzip: return [PipelineOutput(file: target, format: GzipFormat(), header: header, footer: footer)]
        case .bzip: return [PipelineOutput(file: target, format: BzipFormat(), header: header, footer: footer)]
        case .multistream(let index):
            let indexFile = try create(index)
            targets.append(indexFile)
            return [
                PipelineOutput(
                    file: target, format: MultistreamFormat(), header: header, footer: footer,
                    indexOutput: place + 1),
                PipelineOutput(file: indexFile, format: BzipFormat()),
            ]
        }
    }
}
