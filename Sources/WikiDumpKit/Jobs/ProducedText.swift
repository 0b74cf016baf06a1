import Synchronization

/// The texts of an export that a producer writes, cut into what the files get.
final class ProducedText: Sendable {
    /// A stretch of one of the texts.
    struct Piece: Sendable {
        let text: Int
        let batch: RenderedBatch
    }

    private struct State {
        var cutters: [ExportTextCutter]
        var ready: [Piece] = []
        var isAtEnd = false
    }

    private let pipes: NamedPipes
    private let state: Mutex<State>

    /// - Parameter names: What to call the texts in errors.
    init(_ pipes: NamedPipes, names: [String]) {
        self.pipes = pipes
        state = Mutex(State(cutters: names.map { ExportTextCutter($0) }))
    }

    /// What stands before the first page or log entry of each text.
    func headers() async throws(DumpError) -> [[UInt8]] {
        while true {
            let found = state.withLock { $0.cutters.compactMap(\.header) }
            let (count, isAtEnd) = state.withLock { ($0.cutters.count, $0.isAtEnd) }
            if found.count == count || isAtEnd { return found }
            try await read()
        }
    }

    /// The next stretch of any text, or nil at the end of all.
    func next() async throws(DumpError) -> Piece? {
        while true {
            let (piece, isAtEnd) = state.withLock { state in
                (state.ready.isEmpty ? nil : state.ready.removeFirst(), state.isAtEnd)
            }
            if piece != nil || isAtEnd { return piece }
            try await read()
        }
    }

    /// What is wrong with the texts.
    func problems() -> [ProblemTally] { state.withLock { $0.cutters.map(\.problems) } }

    /// How many texts of revisions each of them has.
    func readableTexts() -> [Int64] { state.withLock { $0.cutters.map(\.readableTexts) } }

    private func read() async throws(DumpError) {
        let next = try await pipes.next()
        try state.withLock { (state) throws(DumpError) in
            if let (text, bytes) = next {
                if let batch = try state.cutters[text].append(bytes) {
                    state.ready.append(Piece(text: text, batch: batch))
                }
                return
            }
            for text in state.cutters.indices {
                if let batch = try state.cutters[text].finish() { state.ready.append(Piece(text: text, batch: batch)) }
            }
            state.isAtEnd = true
        }
    }
}
