import SystemPackage

@testable import MWBzUtils
@testable import WikiDumpKit

/// The index of a multistream dump, `offset:pageid:title`, when the indexes of parts are joined.
enum MultistreamChecks {
    static func run(_ data: [UInt8]) throws {
        let shift: Int64 = 1_000_000
        let moved = try? IndexJoiner.moved(data[...], by: shift, in: "it")
        try require(moved == slowlyMoved(data, by: shift), "other lines than expected")
        if let moved {
            try require(try IndexJoiner.moved(moved[...], by: -shift, in: "it").count <= moved.count, "a line is lost")
        }
        let line = MultistreamIndex.line(offset: 7, pageID: 8, title: data)
        try require(line.count { $0 == 0x0A || $0 == 0x0D } == 1 && line.last == 0x0A, "a title broke its line")
        try ExportChecks.measure(data, as: DumpFileName("pages-articles-multistream-index.txt"))
    }

    private static func slowlyMoved(_ data: [UInt8], by shift: Int64) -> [UInt8]? {
        var lines = data.split(separator: 0x0A, omittingEmptySubsequences: false)
        guard lines.popLast()?.isEmpty == true else { return nil }
        var moved: [UInt8] = []
        for line in lines {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
                let offset = Int64(String(decoding: line[..<colon], as: UTF8.self)),
                case let (sum, isTooBig) = offset.addingReportingOverflow(shift), !isTooBig
            else { return nil }
            moved += "\(sum)".utf8 + line[colon...] + [0x0A]
        }
        return moved
    }
}
