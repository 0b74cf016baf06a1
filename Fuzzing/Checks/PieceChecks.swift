import DumpSimulation
import MWBzUtils
import SystemPackage
import WikiDumpKitTesting

@testable import WikiDumpKit

/// What a run remembers of its pieces: `pagerangeinfo.json` and `WIKI-DATE-runsettings.txt`.
enum PieceChecks {
    static func run(_ data: [UInt8]) throws {
        let run = try StatusChecks.run([])
        var wiki = InMemoryWiki(name: run.wiki, folder: "/farm")
        wiki.fileSystem = try FileSystem.holding([:])
        let folder = wiki.directories.run(run.date)
        try wiki.fileSystem.makeDirectory(folder)
        for name in [RunMemory.rangesName, "\(run.wiki)-\(run.date)-runsettings.txt"] {
            try wiki.fileSystem.write(data, to: folder.appending(name), permissions: 0o644)
        }
        let memory = RunMemory(wiki, run.date)
        let known = try memory.ranges()
        for pieces in known.values {
            let names = pieces.map { $0.name(of: "pages-meta-history.xml.bz2") }
            for (piece, name) in zip(pieces, names) {
                let parsed = DumpFileName(name)
                try require(parsed.pages == piece.ids && parsed.part == piece.part, "\(name) is another piece")
            }
        }
        for (subset, pieces) in known { try memory.keep(pieces, of: subset) }
        try require(try memory.ranges() == known, "other ranges, read again")

        let settings = try memory.recall(PartSettings())
        for parts in [settings.pageParts(last: .max), settings.logParts(last: 1_000)] {
            try require(parts.count < 10_000 && !parts.isEmpty, "\(parts.count) parts")
            try require(parts.last?.ids.upperBound == .max, "the last part has an end")
            for (piece, next) in zip(parts, parts.dropFirst()) {
                try require(piece.ids.upperBound <= next.ids.lowerBound, "parts that overlap")
            }
        }
        try memory.keep(settings)
        let again = try memory.recall(PartSettings())
        try require(again.pages == settings.pages && again.isEnabled == settings.isEnabled, "other parts, read again")
    }
}
