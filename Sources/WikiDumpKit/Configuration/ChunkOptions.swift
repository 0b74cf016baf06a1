extension PartSettings {
    init(_ lookup: OptionLookup, wiki: WikiName) {
        func number(_ key: String) -> Int64 { lookup.integer("chunks", key, wiki: wiki) }
        isEnabled = number("chunksenabled") != 0
        pages = Sizes(lookup.list("chunks", "pagesperchunkhistory", wiki: wiki)) ?? .one
        let logCount = number("chunksforpagelogs")
        logEntries =
            logCount > 0
            ? .count(Int(clamping: logCount))
            : Sizes(lookup.list("chunks", "logitemsperpagelogs", wiki: wiki)) ?? .one
        usesRanges = number("checkpointtime") != 0
        revisionsPerRange = max(1, number("revsperjob"))
        bytesPerRange = max(1, number("maxrevbytes"))
        recombinesCurrent = number("recombinemetacurrent") != 0
        recombinesHistory = number("recombinehistory") != 0
    }
}

extension BatchSettings {
    init(_ lookup: OptionLookup, wiki: WikiName) {
        isEnabled = lookup.integer("chunks", "contentbatchesenabled", wiki: wiki) != 0
        pause = lookup.integer("chunks", "testsleep", wiki: wiki)
        staleAge = lookup.integer("reporting", "batchjobsstaleage")
        for case .number(let job, let count) in lookup.list("chunks", "jobsperbatch", wiki: wiki).map(Entry.init)
        where job == JobList.metaHistory.name { rangesPerBatch = count }
    }

    /// What a word of `jobsperbatch` says.
    enum Entry {
        /// How many pieces of a job there are at once.
        case number(job: String, Int)
        /// Nothing that makes sense.
        case nonsense

        init(_ word: String) {
            let sides = word.split(separator: "=", omittingEmptySubsequences: false).map { $0.filter { $0 != " " } }
            if sides.count == 2, !sides[0].isEmpty, let count = Int(sides[1]), count > 0 {
                self = .number(job: sides[0], count)
            } else {
                self = .nonsense
            }
        }
    }
}
