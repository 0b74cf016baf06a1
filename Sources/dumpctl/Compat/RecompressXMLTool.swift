import MWBzUtils
import SystemPackage

/// `recompressxml`: compresses an export into many streams, with an index.
///
/// libbz2 makes the blocks, because the offsets in the index depend on their size.
enum RecompressXMLTool: OldTool {
    static let name = "recompressxml"
    static let tellsHelpFirst = true
    static let messagePrefix = "\(name): "

    static let options: [OldOptions.Option] = [
        .init("buildindex", "b", takesValue: true), .init("help", "h"), .init("inpath", "i", takesValue: true),
        .init("nofooter", "F"), .init("noheader", "H"), .init("outpath", "o", takesValue: true),
        .init("pagesperstream", "p", takesValue: true), .init("verbose", "v"), .init("version", "V"),
    ]

    static let help = """
        Usage: recompressxml -p PAGES [-i IN] [-o OUT] [-b INDEX] [-H] [-F]
        Writes an export with a stream for the header, one for each PAGES pages, and one for the end.

          -p, --pagesperstream PAGES  pages in each stream
          -i, --inpath IN             read this file: bzip2, gzip or plain; without it, standard input
          -o, --outpath OUT           write to this file, compressed if it ends with .bz2 or .gz; without it, text to
                                      standard output
          -b, --buildindex INDEX      write an index there: offset:pageid:title
          -H, --noheader              leave out what stands before the first page
          -F, --nofooter              leave out </mediawiki>
          -v, --verbose               no effect
          -h, --help                  this text
          -V, --version               the version
        The new name of this program: dumpctl recompress --multistream

        """

    static func status(of error: BzError) -> Int32 { error.code == .fileSystem ? usageStatus : 1 }

    static func run(_ options: OldOptions) async throws(BzError) -> Int32? {
        guard options.operands.isEmpty, let count = pageCount(options.value("pagesperstream")) else { return nil }
        try await recompress(options, pagesPerStream: count)
        return 0
    }

    private static func recompress(_ options: OldOptions, pagesPerStream: Int) async throws(BzError) {
        let dump = try DumpText(FilePath(options.value("inpath") ?? "-"))
        let path = options.value("outpath").map { FilePath($0) }
        let format = path.map { DumpFormat(fileName: $0) } ?? .plain
        let coding: StreamCoding =
            switch format {
            case .bzip2: .bzip2(isReference: true)
            case .gzip: .gzip
            case .plain: .plain
            }
        let output: any DumpOutput = if let path { try DumpFile(path, as: .plain) } else { StandardOutput() }
        let index = try options.value("buildindex").map { path throws(BzError) in
            try DumpFile(FilePath(path), taskCount: Processors.count)
        }
        var withheld: Set<MultistreamCutter.Part> = []
        if options.has("noheader") { withheld.insert(.header) }
        if options.has("nofooter") { withheld.insert(.footer) }
        let work = Recompression(
            dump, as: .multistream(pagesPerStream: pagesPerStream), coding: coding, withholding: withheld,
            taskCount: Processors.count)
        let summary = try await work(to: output, index: index)
        // The old program starts one more stream if it has not yet seen the end of its input, as with text.
        if format == .bzip2, summary.sourceFormat == .plain { try await output.append(try BzStream.compress([])) }
        try await output.finish()
        try await index?.finish()
    }

    /// A number of pages, as `atoi` reads it after a first digit. A number that is too big means one stream for all pages.
    private static func pageCount(_ text: String?) -> Int? {
        let digits = text?.prefix { ("0"..."9").contains($0) } ?? ""
        guard !digits.isEmpty else { return nil }
        let count = Int(digits) ?? .max
        return count > 0 ? count : nil
    }
}
