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
        help: ArgumentHelp("Make this one file of a range of pages.", valueName: "file"))
    var checkpoint: String?

    @Option(
        name: [.customLong("aftercheckpoint"), .customLong("after-checkpoint")],
        help: ArgumentHelp("Make only what comes after this file of a range of pages.", valueName: "file"))
    var afterCheckpoint: String?

    @Option(
        name: [.customLong("pageidrange"), .customLong("page-range")],
        help: ArgumentHelp(
            "Make only the pages with these numbers, both included: 'A,B', or 'A' for all from there on.",
            valueName: "first,last"))
    var pageRange: String?

    @Flag(
        help: ArgumentHelp(
            "Help the process that does the job metahistorybz2dump of the date given, batch by batch.",
            discussion: "Takes no lock and touches no status file. Without a wiki: helps where most are left."))
    var batches = false

    @Option(
        name: [.customLong("numbatches"), .customLong("batch-count")],
        help: ArgumentHelp("Stop after so many batches.", valueName: "number"))
    var batchCount: Int?

    /// The pages that were asked for.
    func requestedRange() throws(DumpError) -> ClosedRange<Int64>? {
        guard let pageRange else { return nil }
        let words = pageRange.split(separator: ",", omittingEmptySubsequences: false).map { $0.filter { $0 != " " } }
        guard (1...2).contains(words.count), let first = Int64(words[0]), first >= 1,
            let last = words.count == 1 ? Int64.max : Int64(words[1])
        else {
            throw DumpError(
                .usage, "'\(pageRange)' is no range of pages", remedy: "give two numbers from 1, such as 1000,1999")
        }
        guard first <= last else {
            throw DumpError(
                .usage, "the range of pages \(pageRange) ends before it begins", remedy: "give the smaller number first"
            )
        }
        return first...last
    }
}
