/// Reads content once and fills several files, compressing on all cores.
///
/// One task reads batches, others render them, and others compress pieces. The pipeline keeps the order, writes and counts. At
/// any time, only a few batches and a few megabytes of pieces exist for each core, so memory use does not grow with the size of
/// the wiki.
struct OutputPipeline<Batch: Sendable>: Sendable {
    /// Returns the next batch, or nil at the end.
    let next: @Sendable () async throws(DumpError) -> Batch?
    /// Renders a batch for each output that is not an index, in their order.
    let render: @Sendable (Batch) throws(DumpError) -> [RenderedBatch]
    let width: Int
    /// Receives the tallies of the outputs whenever something was written.
    let progress: @Sendable ([OutputTally]) -> Void

    /// The number of uncompressed bytes for each core that may wait for compression or writing. Reading pauses while there are
    /// more. The limit allows enough blocks that a slow one does not stop the others.
    private static var heldLimit: Int { 4 << 20 }

    private enum Event: Sendable {
        case read(Batch?)
        case rendered([RenderedBatch], number: Int)
        case encoded(EncodedPiece, output: Int, piece: Int, number: Int)
    }

    /// Runs to the end. Afterwards the files are complete but not committed, unless their series commits them.
    /// - Returns: The tally of each output.
    /// - Throws: ``DumpError`` of the source, the compressor or the file system; `cancelled` if the task is cancelled.
    func run(_ outputs: [PipelineOutput]) async throws(DumpError) -> [OutputTally] {
        var state = State(outputs: outputs)
        let failure = await withTaskGroup(of: Result<Event, DumpError>.self) { group -> DumpError? in
            do throws(DumpError) {
                while true {
                    startWork(&state, in: &group)
                    guard state.running > 0 || state.isReading else { return nil }
                    guard let result = await group.next() else { return nil }
                    if Task.isCancelled { throw DumpError(.cancelled, "stopped on request") }
                    try handle(try result.get(), &state)
                }
            } catch {
                group.cancelAll()
                return error
            }
        }
        if let failure { throw failure }
        return state.queues.map(\.tally)
    }

    private struct State {
        var queues: [OutputQueue]
        /// The outputs that receive rendered batches; the others are indexes.
        var rendered: [Int]
        var batches: [(number: Int, batch: Batch)] = []
        var finished: [Int: [RenderedBatch]] = [:]
        var batchesRead = 0
        var batchesTaken = 0
        var isReading = false
        var isAtEnd = false
        var running = 0

        init(outputs: [PipelineOutput]) {
            queues = outputs.map { OutputQueue($0) }
            let indexes = Set(outputs.compactMap(\.indexOutput))
            rendered = outputs.indices.filter { !indexes.contains($0) }
        }
    }

    private func startWork(_ state: inout State, in group: inout TaskGroup<Result<Event, DumpError>>) {
        while state.running < width {
            // Compressing comes first because it frees memory.
            if let output = state.queues.firstIndex(where: \.hasWaiting),
                let (piece, number, bytes) = state.queues[output].popWaiting()
            {
                let encoder = state.queues[output].encoder
                group.addTask {
                    Result { () throws(DumpError) in
                        .encoded(try encoder.encode(bytes), output: output, piece: piece, number: number)
                    }
                }
            } else if !state.batches.isEmpty {
                let (number, batch) = state.batches.removeFirst()
                let render = render
                group.addTask {
                    Result { () throws(DumpError) in .rendered(try render(batch), number: number) }
                }
            } else {
                break
            }
            state.running += 1
        }
        let batchesHeld = state.batchesRead - state.batchesTaken
        let heldSize = state.queues.reduce(0) { $0 + $1.heldSize }
        if !state.isReading, !state.isAtEnd, batchesHeld < width + 2, heldSize < width * Self.heldLimit {
            state.isReading = true
            let next = next
            group.addTask {
                do throws(DumpError) { return .success(.read(try await next())) } catch { return .failure(error) }
            }
        }
    }

    private func handle(_ event: Event, _ state: inout State) throws(DumpError) {
        switch event {
        case .read(let batch):
            state.isReading = false
            if let batch {
                state.batches.append((state.batchesRead, batch))
                state.batchesRead += 1
            } else {
                state.isAtEnd = true
            }
        case .rendered(let batches, let number):
            state.running -= 1
            state.finished[number] = batches
            while let ready = state.finished.removeValue(forKey: state.batchesTaken) {
                for (output, batch) in zip(state.rendered, ready) { try state.queues[output].take(batch) }
                state.batchesTaken += 1
            }
        case .encoded(let encoded, let output, let piece, let number):
            state.running -= 1
            let lines = try state.queues[output].accept(encoded, piece: piece, number: number)
            if !lines.isEmpty, let index = state.queues[output].output.indexOutput {
                let count = Int64(lines.count { $0 == UInt8(ascii: "\n") })
                try state.queues[index].take(RenderedBatch(bytes: lines, items: count), piece: piece)
            }
            progress(state.queues.map(\.tally))
        }
        try closeFinishedOutputs(&state)
    }

    /// Ends each output that can get no more input, and each file that is complete. An index ends only after the file it
    /// indexes.
    private func closeFinishedOutputs(_ state: inout State) throws(DumpError) {
        let isOver = state.isAtEnd && state.batchesTaken == state.batchesRead
        for output in state.rendered {
            if isOver, !state.queues[output].isClosed { try state.queues[output].close() }
            try state.queues[output].finishFront()
            guard let index = state.queues[output].output.indexOutput else { continue }
            try state.queues[index].close(first: state.queues[output].finishedPieces)
            if state.queues[output].isDrained, !state.queues[index].isClosed { try state.queues[index].close() }
            try state.queues[index].finishFront()
        }
    }
}
