import ArgumentParser
import WikiDumpKit

/// Which piece of a job's output is made, and how it is shared with other processes.
struct PieceOptions: ParsableArguments {
    @Option(
        name: [.customLong("partnum"), .customLong("part")],
        help: ArgumentHelp("Make this part only, counted from 1.", valueName: "number"))
    var part: Int?

    @Option(
        name: [.customLong("checkpoint"), .customLong("checkpoint-file")],
        help: ArgumentHelp("Make only this checkpoint file: a file with a page range in its name.", valueName: "file"))
    var checkpoint: String?

    @Option(
        name: [.customLong("aftercheckpoint"), .customLong("after-checkpoint")],
        help: ArgumentHelp("Make only what comes after this checkpoint file.", valueName: "file"))
    var afterCheckpoint: String?

    @Option(
        name: [.customLong("pageidrange"), .customLong("page-range")],
        help: ArgumentHelp(
            "Make only the pages with these ids, both included: 'A,B', or 'A' for all from A on.",
            valueName: "first,last"))
    var pageRange: String?

    @Flag(
        help: ArgumentHelp(
            "Help another process with a job of the given date that is done in batches, such as metahistorybz2dump.",
            discussion:
                "Takes no lock and changes no status file. Without a wiki: helps the run with the most batches left."))
    var batches = false

    @Option(
        name: [.customLong("numbatches"), .customLong("batch-count")],
        help: ArgumentHelp("Stop after this many batches.", valueName: "number"))
    var batchCount: Int?

    func requestedRange() throws(DumpError) -> ClosedRange<Int64>? {
        guard let pageRange else { return nil }
        let words = pageRange.split(separator: ",", omittingEmptySubsequences: false).map { $0.filter { $0 != " " } }
        guard (1...2).contains(words.count), let first = Int64(words[0]), first >= 1,
            let last = words.count == 1 ? Int64.max : Int64(words[1])
        else {
            throw DumpError(
                .usage, "'\(pageRange)' is not a range of pages", remedy: "give two numbers from 1, such as 1000,1999")
        }
        guard first <= last else {
            throw DumpError(
                .usage, "the range of pages \(pageRange) ends before it begins", remedy: "give the smaller number first"
            )
        }
        return first...last
    }
}
