import ArgumentParser
import WikiDumpKit

/// The wiki and the date of a run, and what it does about other processes.
struct WikiOptions: ParsableArguments {
    @Argument(help: "The database name of the wiki. Without it: the wiki dumped longest ago.")
    var wiki: WikiName?

    @Option(
        help: ArgumentHelp(
            "The date of the run: YYYYMMDD, 'today', or 'last' for the newest run.",
            discussion: "Without it: that of a run that was cut off, else today (UTC).", valueName: "date"))
    var date: String?

    @Option(
        help: ArgumentHelp(
            "Skip wikis that were dumped on this day or later: YYYYMMDD or 'today'.", valueName: "date"))
    var cutoff: String?

    @Flag(help: "Take the lock of the wiki even from a working process, and wait until that process has stopped.")
    var force = false

    @Flag(help: "Accepted for old scripts. Has no effect, since every run takes the lock.")
    var exclusive = false

    @Option(
        name: [.customLong("addnotice"), .customLong("add-notice")],
        help: ArgumentHelp("Show this text on the page of the run.", valueName: "text"))
    var notice: String?

    @Flag(
        name: [.customLong("delnotice"), .customLong("delete-notice")],
        help: "Remove the notice from the page of the run.")
    var deleteNotice = false

    @Flag(help: "Also write all messages and commands of the run to a log in its private folder.")
    var log = false

    func validate() throws {
        if notice != nil && deleteNotice {
            throw ValidationError("--addnotice and --delnotice contradict each other.")
        }
    }

    func requestedDate(today: DumpDate) throws(DumpError) -> RunRequest.Date {
        switch date {
        case nil: .automatic
        case "last": .last
        case "today": .day(today)
        case let text?: .day(try Self.day(text, or: "'last'"))
        }
    }

    func requestedCutoff(today: DumpDate) throws(DumpError) -> DumpDate? {
        guard let cutoff else { return nil }
        return cutoff == "today" ? today : try Self.day(cutoff, or: "'today'")
    }

    /// How the notice changes; nil if it does not.
    var noticeChange: RunNotice.Change? { notice.map { .text($0) } ?? (deleteNotice ? .remove : nil) }

    static func day(_ text: String, or word: String) throws(DumpError) -> DumpDate {
        if let day = DumpDate(typed: text) { return day }
        throw DumpError(
            .usage, "'\(text)' is not a date", remedy: "give it like 20261124 or 2026-11-24, or give \(word)")
    }
}
