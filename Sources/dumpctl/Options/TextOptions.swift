import ArgumentParser
import WikiDumpKit

/// Where the mediawiki producer takes texts from. The native producer reads them all from the database, so there is
/// nothing these options could change for it.
struct TextOptions: ParsableArguments {
    @Option(
        name: [.customLong("prefetchdate"), .customLong("prefetch-date")],
        help: ArgumentHelp("Take texts from the dump of this date only: YYYYMMDD.", valueName: "date"))
    var prefetchDate: String?

    @Flag(
        name: [.customLong("noprefetch"), .customLong("no-prefetch")],
        help: "Take no texts from earlier dumps.")
    var noPrefetch = false

    @Flag(
        name: [.customLong("nospawn"), .customLong("no-spawn")],
        help: "Fetch texts in the process of the script, not in a separate one.")
    var noSpawn = false

    /// The run whose files may serve as prefetch.
    func requestedDate() throws(DumpError) -> DumpDate? {
        guard let prefetchDate else { return nil }
        if let day = DumpDate(prefetchDate) { return day }
        throw DumpError(.usage, "'\(prefetchDate)' is no date", remedy: "give the date of a run, such as 20261124")
    }
}
