import MWBzUtils
import SystemPackage

/// `writeuptopageid`: writes the pages of one or more ranges of ids as dumps.
enum WriteUpToPageIDTool: OldTool {
    static let name = "writeuptopageid"
    static let tellsHelpFirst = true
    static let messagePrefix = "\(name): "

    static let options: [OldOptions.Option] = [
        .init("fspecs", "f", takesValue: true), .init("help", "h"), .init("inpath", "i", takesValue: true),
        .init("nofooter", "F"), .init("noheader", "H"), .init("odir", "o", takesValue: true), .init("version", "V"),
    ]

    static let help = """
        Usage: writeuptopageid [-i IN] [-H] [-F] START [END]
               writeuptopageid [-i IN] [-H] [-F] -o DIR -f NAME:START:END[;NAME:START:END...]
        Copies the pages with START <= id < END of an export, to its last page if there is no END.

          -i, --inpath IN    read this file: bzip2, gzip or plain; without it, standard input
          -o, --odir DIR     write files into this folder
          -f, --fspecs SPEC  the files and their ranges; what ends with .gz or .bz2 is compressed
          -H, --noheader     leave out what stands before the first page
          -F, --nofooter     leave out </mediawiki>
          -h, --help         this text
          -V, --version      the version
        The new name of this program: dumpctl extract --pages

        """

    static func status(of error: BzError) -> Int32 { error.code == .fileSystem ? usageStatus : 1 }

    static func run(_ options: OldOptions) async throws(BzError) -> Int32? {
        guard let specs = specs(options) else { return nil }
        let dump = try DumpText(FilePath(options.value("inpath") ?? "-"))
        var outputs: [(range: ClosedRange<Int64>?, output: any DumpOutput)] = []
        for spec in specs {
            let file = try spec.file.map { file throws(BzError) in try DumpFile(file, taskCount: Processors.count) }
            outputs.append((spec.range, file ?? StandardOutput()))
        }
        let copy = PageRangeCopy(
            dump, writesHeader: !options.has("noheader"), writesFooter: !options.has("nofooter"),
            taskCount: Processors.count)
        _ = try await copy(to: outputs)
        return 0
    }

    /// Pages and where they go. Without a file, that is standard output.
    private typealias Spec = (file: FilePath?, range: ClosedRange<Int64>?)

    private static func specs(_ options: OldOptions) -> [Spec]? {
        guard let text = options.value("fspecs") else {
            guard options.value("odir") == nil, (1...2).contains(options.operands.count) else { return nil }
            return range(options.operands[0], options.operands.dropFirst().first ?? "").map { [(nil, $0.pages)] }
        }
        guard let folder = options.value("odir"), options.operands.isEmpty else { return nil }
        let specs = text.split(separator: ";").map { $0.split(separator: ":", omittingEmptySubsequences: false) }
        let files = specs.compactMap { parts -> Spec? in
            guard (2...3).contains(parts.count), let name = FilePath.Component(String(parts[0])), name.kind == .regular,
                let range = range(String(parts[1]), parts.count == 3 ? String(parts[2]) : "")
            else { return nil }
            return (FilePath(folder).appending(name), range.pages)
        }
        let names = Set(files.compactMap(\.file))
        return files.count == specs.count && names.count == files.count && !files.isEmpty ? files : nil
    }

    private static func range(_ start: String, _ end: String) -> PageIDs? {
        guard let first = Int64(start), first > 0 else { return nil }
        guard !end.isEmpty else { return PageIDs(pages: first...Int64.max) }
        guard let last = Int64(end), last > 0 else { return nil }
        return PageIDs(pages: first < last ? first...(last - 1) : nil)
    }

    /// The ids between two numbers; nil if there are none.
    private struct PageIDs { var pages: ClosedRange<Int64>? }
}
