/// The metrics of a farm in the text format of Prometheus, for node_exporter's textfile collector.
///
/// Times are values in seconds since 1970 (`…_timestamp_seconds`), so ages are computed where they are needed. Samples have
/// no times of their own: the collector refuses them. The file names private wikis too; it is meant for operators.
struct FarmMetrics {
    let farm: FarmSettings
    let site: SiteRecord
    let glances: [WikiGlance]
    /// How long the sweep took.
    let duration: Duration

    /// The content of the file.
    var text: [UInt8] {
        var out = ""
        let wikis = glances.sorted { $0.entry.wiki < $1.entry.wiki }
        func metric(_ name: String, _ help: String, _ samples: [(labels: String, value: String)]) {
            if samples.isEmpty { return }
            out += "# HELP \(name) \(help)\n# TYPE \(name) gauge\n"
            for sample in samples { out += "\(name)\(sample.labels) \(sample.value)\n" }
        }
        func farmMetric(_ name: String, _ help: String, _ value: String) {
            metric("dumpctl_\(name)", help, [("", value)])
        }
        func wikiMetric(_ name: String, _ help: String, _ value: (WikiGlance) -> String?) {
            metric(
                "dumpctl_wiki_\(name)", help,
                wikis.compactMap { wiki in value(wiki).map { ("{wiki=\"\(wiki.entry.wiki)\"}", $0) } })
        }
        metric(
            "dumpctl_build_info", "The version of the monitor.", [("{version=\"\(Program.version)\"}", "1")])
        farmMetric("sweep_timestamp_seconds", "When the monitor last looked at the farm.", "\(site.updated.seconds)")
        farmMetric("sweep_duration_seconds", "How long that took.", seconds(milliseconds(duration)))
        farmMetric("sweep_problems", "How many things went wrong with single wikis.", "\(site.problems)")
        farmMetric("wikis", "The number of wikis in the list.", "\(wikis.count)")
        farmMetric("late_after_seconds", "The age at which a wiki is late; 0 for never.", "\(farm.lateAge)")
        metric(
            "dumpctl_wiki_state", "How a wiki stands, as dumpctl status says it.",
            wikis.map { ("{wiki=\"\($0.entry.wiki)\",state=\"\($0.state.rawValue)\"}", "1") })
        wikiMetric("locked", "Whether a living process works on the wiki.") { $0.isLocked ? "1" : "0" }
        wikiMetric("lock_age_seconds", "How long ago that process gave a sign of life.") { wiki in
            wiki.holder.map { "\($0.age)" }
        }
        wikiMetric("last_run_timestamp_seconds", "The day of the newest run.") { wiki in
            wiki.date.flatMap { UTCTime(statusText: "\($0.dashed) 00:00:00") }.map { "\($0.seconds)" }
        }
        wikiMetric("last_complete_timestamp_seconds", "When the newest complete run ended.") { wiki in
            wiki.complete.map { "\($0.ended.seconds)" }
        }
        wikiMetric("last_complete_size_bytes", "The size of the files of that run.") { wiki in
            wiki.complete.map { "\($0.bytes)" }
        }
        wikiMetric("last_complete_duration_seconds", "How long the jobs of that run took.") { wiki in
            wiki.complete?.milliseconds.map(seconds)
        }
        wikiMetric("failed_jobs", "The failed jobs of the newest run.") { "\($0.failedJobs)" }
        wikiMetric("missing_items", "Damaged items of the wiki that the files of the newest run lack.") {
            "\($0.missingItems)"
        }
        return Array(out.utf8)
    }

    private func seconds(_ milliseconds: Int64) -> String {
        "\(milliseconds / 1000).\((milliseconds % 1000).padded(3))"
    }

    private func milliseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
}
