extension RandomAccessFile {
    /// Whether the content of a bzip2 file is to be taken for an export, if need be by its first block.
    func holdsExport(_ content: IntegrityReport.Content) throws(BzError) -> Bool {
        switch content {
        case .anything: return false
        case .export: return true
        case .automatic:
            var chain = StreamChain(self)
            var beginning = ExportBeginning()
            do throws(BzError) {
                if case .block(let bitOffset, let level) = try chain.next() {
                    beginning.add(try decodeBlock(at: bitOffset, level: level, with: BzFastDecoder()).content())
                }
            } catch {
                guard error.isAboutData else { throw error }
            }
            return beginning.isExport == true
        }
    }
}
