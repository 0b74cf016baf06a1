/// Pipelines that run one after the other; the first that fails ends the series.
public struct CommandSeries: Sendable {
    /// What a log calls it.
    public var name: String
    /// The pipelines, in order.
    public var pipelines: [Pipeline]
    /// Whether a failed pipeline is tried again.
    public var retries: RetryPolicy

    /// Makes a series.
    public init(_ name: String, _ pipelines: [Pipeline], retries: RetryPolicy = .never) {
        self.name = name
        self.pipelines = pipelines
        self.retries = retries
    }
}

/// Runs many series at once.
public struct SeriesRunner: Sendable {
    private let limit: Int
    private let runner: PipelineRunner
    private let report: @Sendable (CommandEvent) -> Void

    /// Makes a runner.
    /// - Parameters:
    ///   - limit: How many series run at once, at least 1. When one ends the next begins, in the order of the list.
    ///   - grace: How long a process that was asked to end may take before it is killed.
    ///   - report: Told what happens. May be called from any task, often.
    public init(
        limit: Int, grace: Duration = .seconds(5), report: @escaping @Sendable (CommandEvent) -> Void = { _ in }
    ) {
        self.limit = max(1, limit)
        self.report = report
        runner = PipelineRunner(grace: grace, report: report)
    }

    /// Runs all series. A series that fails does not keep the others from running.
    /// - Returns: for each series, in the order of the list, the outcomes of its pipelines or its failure. Those that a
    ///   cancellation kept from running failed with the class `cancelled`.
    public func run(_ list: [CommandSeries]) async -> [Result<[PipelineOutcome], CommandFailure>] {
        await withTaskGroup(of: (Int, Result<[PipelineOutcome], CommandFailure>).self) { group in
            var waiting = list.indices.makeIterator()
            func begin() {
                guard let index = waiting.next() else { return }
                group.addTask { (index, await outcome(of: list[index])) }
            }
            for _ in 0..<limit { begin() }
            var results: [Int: Result<[PipelineOutcome], CommandFailure>] = [:]
            while let (index, result) = await group.next() {
                results[index] = result
                begin()
            }
            return list.indices.compactMap { results[$0] }
        }
    }

    private func outcome(of series: CommandSeries) async -> Result<[PipelineOutcome], CommandFailure> {
        do throws(CommandFailure) {
            var outcomes: [PipelineOutcome] = []
            for pipeline in series.pipelines { outcomes.append(try await run(pipeline, series.retries)) }
            return .success(outcomes)
        } catch {
            return .failure(error)
        }
    }

    private func run(_ pipeline: Pipeline, _ retries: RetryPolicy) async throws(CommandFailure) -> PipelineOutcome {
        try await retries.run(report) { () async throws(CommandFailure) in try await runner.run(pipeline) }
    }
}
