import Synchronization

/// Feeds the output of a producer to the files, cut into batches.
final class ProducedFeed: ExportFeed {
    /// A stretch of one of the texts of the producer.
    struct Batch: Sendable {
        let text: Int
        let rendered: RenderedBatch
    }

    private struct State {
        var cutters: [ExportTextCutter]
        var ready: [Batch] = []
        var isAtEnd = false
    }

    let footer: [UInt8]
    private let pipes: NamedPipes
    /// The index of the text that each file gets.
    private let texts: [Int]
    private let fetcher: TextFetcherWatch?
    private let state: Mutex<State>

    /// - Parameters:
    ///   - pipes: One text for each selection of the files.
    ///   - fetcher: Notices when the producer loses texts.
    init(_ pipes: NamedPipes, _ files: [FilePieces], footer: String, _ fetcher: TextFetcherWatch?) {
        let selections = files.selections
        self.pipes = pipes
        self.footer = Array(footer.utf8)
        self.fetcher = fetcher
        texts = files.compactMap { selections.firstIndex(of: $0.file.selection) }
        let names = selections.map { selection in
            files.first { $0.file.selection == selection }.map { plan in
                plan.file.piece(plan.wanted.first ?? .whole).name
            }
        }
        state = Mutex(State(cutters: names.map { ExportTextCutter($0 ?? "") }))
    }

    /// Reads each text up to its first page or log entry.
    func begin() async throws(DumpError) {
        while state.withLock({ state in !state.isAtEnd && state.cutters.contains { $0.header == nil } }) {
            try await read()
        }
    }

    func header(of file: Int) -> [UInt8] { state.withLock { $0.cutters[texts[file]].header } ?? [] }

    /// The next stretch of any text, or nil when all have ended.
    func next() async throws(DumpError) -> Batch? {
        while true {
            let (batch, isAtEnd) = state.withLock { state in
                (state.ready.isEmpty ? nil : state.ready.removeFirst(), state.isAtEnd)
            }
            if let finding = fetcher?.finding { throw DumpError(.jobFailed, finding) }
            if batch != nil || isAtEnd { return batch }
            try await read()
        }
    }

    func render(_ batch: Batch) -> [RenderedBatch] {
        texts.map { $0 == batch.text ? batch.rendered : RenderedBatch() }
    }

    var problems: ProblemTally {
        state.withLock { state in
            state.cutters.reduce(into: ProblemTally()) { sum, cutter in sum.add(cutter.problems) }
        }
    }

    /// The number of revision texts in them.
    var readableTexts: Int64 { state.withLock { $0.cutters.reduce(0) { $0 + $1.readableTexts } } }

    private func read() async throws(DumpError) {
        let next = try await pipes.next()
        try state.withLock { (state) throws(DumpError) in
            if let (text, bytes) = next {
                if let batch = try state.cutters[text].append(bytes) {
                    state.ready.append(Batch(text: text, rendered: batch))
                }
                return
            }
            for text in state.cutters.indices {
                if let batch = try state.cutters[text].finish() {
                    state.ready.append(Batch(text: text, rendered: batch))
                }
            }
            state.isAtEnd = true
        }
    }
}

/// Notices when the process that fetches texts for dumpTextPass.php fails to deliver them.
///
/// For each text, the script restarts that process up to five times, with pauses of five seconds, and then moves on to the next
/// text, however often this happens. Nobody knows whether the lost texts were readable. So the first lost text is reason enough
/// to stop: without that process, the script reads the texts itself and then says what is wrong.
final class TextFetcherWatch: Sendable {
    private let lines = Mutex<(lost: String?, last: String?)>((nil, nil))

    /// Examines a line that the script or the process wrote to standard error.
    func note(_ event: CommandEvent) {
        guard case .line(_, let line) = event else { return }
        lines.withLock { lines in
            if line.contains("getting/checking text"), line.contains("failed") {
                if !line.contains("Will retry") { lines.lost = lines.lost ?? line }
            } else if !line.contains("Spawning database subprocess"), !line.isEmpty {
                lines.last = line
            }
        }
    }

    /// The first loss and the last message before it; nil if nothing was lost.
    var finding: String? {
        lines.withLock { lines in
            lines.lost.map { lost in lost + (lines.last.map { "; before that: \($0)" } ?? "") }
        }
    }
}
