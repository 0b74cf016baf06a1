import MWBzUtils
import SystemPackage
import WikiDumpKit

/// `split_bz2.py`: splits dumps into parts of roughly a given size.
enum SplitTool: OldTool {
    static let name = "split_bz2.py"
    static let usageStatus: Int32 = 1

    static let options: [OldOptions.Option] = [
        .init("files", "f", takesValue: true), .init("size", "s", takesValue: true),
        .init("odir", "o", takesValue: true), .init("utilsdir", "u", takesValue: true),
        .init("batchsize", "b", takesValue: true), .init("dryrun", "d"), .init("verbose", "v"), .init("help", "h"),
    ]

    static let help = """
        Usage: split_bz2.py -f FILE[:LAST][,FILE...] -s SIZE[K|M|G] -o DIR [-u UTILSDIR] [-b PROCS] [-d] [-v]
        Splits bzip2 dumps into parts that begin at about every SIZE bytes. The parts are called NAME.xml-pFIRSTpLAST.bz2;
        those that exist are left alone. LAST is the last page id of a file, if its name does not say.

          -f, --files       the files, separated by commas
          -s, --size        bytes of a part, in powers of 1000
          -o, --odir        the folder for the parts
          -u, --utilsdir    has no effect here: no other programs are needed
          -b, --batchsize   has no effect here
          -d, --dryrun      only print what would be written
          -v, --verbose     tell what is done
          -h, --help        this text
        The new name of this program: dumpctl split

        """

    static func run(_ options: OldOptions) async -> Int32? {
        guard let files = options.value("files"), let sizeText = options.value("size"),
            let folder = options.value("odir"), options.operands.isEmpty,
            let size = SplitArgument.bytes(sizeText), size > 0
        else { return nil }
        var status: Int32 = 0
        for file in files.split(separator: ",") {
            do throws(BzError) {
                try await split(String(file), size: size, into: FilePath(folder), options)
            } catch {
                complain("\(error)")
                status = 1
            }
        }
        return status
    }

    private static func split(
        _ argument: String, size: Int64, into folder: FilePath, _ options: OldOptions
    ) async throws(BzError) {
        let fields = argument.split(separator: ":", maxSplits: 1)
        let path = FilePath(String(fields.first ?? ""))
        let name = path.lastComponent?.string ?? ""
        let total = try RandomAccessFile(path).size()
        let margin = total < 50_000_000 ? size / 10 : 25_000_000
        guard total > size + margin else {
            return complain("skipping file \(path), size \(total) is less than or equal to \(size + margin)")
        }
        let claimedLast = RangedFileName(name).range?.ids?.upperBound
        guard let last = fields.count > 1 ? Int64(fields[1]) : claimedLast else {
            throw BzError(
                .wrongFormat, "the last page id is not known", remedy: "give it as FILE:LAST", file: path)
        }
        let offsets = stride(from: Int64(0), to: total, by: Int64.Stride(size)).filter {
            $0 == 0 || total - $0 >= margin
        }
        let starts = try await firstPages(of: path, from: offsets)
        let stem = name.firstRange(of: ".xml").map { String(name[..<$0.lowerBound]) } ?? RangedFileName(name).stem
        var outputs: [(range: ClosedRange<Int64>, output: any DumpOutput)] = []
        for (index, start) in starts.enumerated() {
            let end = index + 1 < starts.count ? starts[index + 1] - 1 : last
            let range = start <= end ? IDRangeText(start...end) : IDRangeText(first: "\(start)", last: "\(end)")
            let target = folder.appending("\(stem).xml\(range.suffix).bz2")
            if FileKind(of: target) != nil || end < start {
                complain("skipping \(target)")
                continue
            }
            if options.has("verbose") || options.has("dryrun") { complain("writing \(target)") }
            if options.has("dryrun") { continue }
            outputs.append((start...end, try DumpFile(target, as: .bzip2, taskCount: Processors.count)))
        }
        guard !outputs.isEmpty else { return }
        _ = try await PageRangeCopy(try DumpText(path), taskCount: Processors.count)(to: outputs)
    }

    /// The id of the first page that begins in or after the first block at each offset, without duplicates.
    private static func firstPages(of path: FilePath, from offsets: [Int64]) async throws(BzError) -> [Int64] {
        var scanner = PageScanner()
        var waiting = offsets[...]
        /// The offsets in the text from which to look for a page.
        var places: [Int64] = []
        var found: [Int64] = []
        _ = try await BzBlockReader(path, taskCount: Processors.count).read { block throws(BzError) in
            while let offset = waiting.first, OldPosition.of(block.bitOffset) >= offset {
                places.append(block.uncompressedOffset)
                waiting = waiting.dropFirst()
            }
            for event in scanner.scan(block.bytes) {
                guard case .page(let page) = event else { continue }
                while let place = places.first, page.offset >= place {
                    places.removeFirst()
                    if found.last != page.id { found.append(page.id) }
                }
            }
        }
        return found
    }
}
