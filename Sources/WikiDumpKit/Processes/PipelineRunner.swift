import Synchronization
import SystemPackage

/// Runs pipelines, judges every member, and puts the files in their places.
public struct PipelineRunner: Sendable {
    private let grace: Duration
    let report: @Sendable (CommandEvent) -> Void

    /// Makes a runner.
    /// - Parameters:
    ///   - grace: How long a process that was asked to end may take before it is killed.
    ///   - report: Told what happens. May be called from any task, often.
    public init(grace: Duration = .seconds(5), report: @escaping @Sendable (CommandEvent) -> Void = { _ in }) {
        self.grace = grace
        self.report = report
    }

    /// Runs a pipeline to its end.
    ///
    /// It did well if every command ended with status 0; death by a broken pipe is forgiven where
    /// ``Command/mayLoseItsReader`` says so. When one command fails the others get the time of grace to end by
    /// themselves. No process is left behind, whatever happens, and no file under its name that is not whole.
    /// - Throws: ``CommandFailure``.
    public func run(_ pipeline: Pipeline) async throws(CommandFailure) -> PipelineOutcome {
        let start = ContinuousClock.now
        let output = try pipeline.translating { () throws(DumpError) in
            do throws(DumpError) { return try PipelineOutputFile(pipeline) } catch {
                pipeline.closeDescriptors()
                throw error
            }
        }
        defer { output.close() }
        do throws(CommandFailure) {
            let commands = try await execute(pipeline, output)
            try judge(commands, of: pipeline)
            let collected = try pipeline.translating { () throws(DumpError) in try output.collected() }
            var files: [FileRecord] = []
            for file in pipeline.allFiles { files.append(try await commit(file, of: pipeline, commands)) }
            return PipelineOutcome(
                commands: commands, output: collected, files: files, duration: ContinuousClock.now - start)
        } catch {
            for file in pipeline.allFiles { try? FileSystem.remove(file.inProgress) }
            throw error
        }
    }

    private func execute(
        _ pipeline: Pipeline, _ output: PipelineOutputFile
    ) async throws(CommandFailure) -> [CommandOutcome] {
        let members = pipeline.commands.map { RunningCommand($0, grace: grace, report: report) }
        let ends = try pipeline.translating { () throws(DumpError) in
            try PipelineEnds(pipeline, output: output.duplicate())
        }
        let results: [Result<CommandOutcome, any Error>] = await withTaskCancellationHandler {
            await withTaskGroup(of: Event.self) { group in
                for (index, member) in members.enumerated() {
                    let (input, end) = ends.take(index)
                    group.addTask {
                        do {
                            return .ended(
                                index,
                                .success(try await member.run(input: input, output: end, measure: output.measure)))
                        } catch {
                            return .ended(index, .failure(error))
                        }
                    }
                }
                var results: [Int: Result<CommandOutcome, any Error>] = [:]
                while results.count < members.count, let event = await group.next() {
                    guard case .ended(let index, let result) = event else {
                        for (index, member) in members.enumerated() where results[index] == nil {
                            member.stop(.neighbour)
                        }
                        continue
                    }
                    results[index] = result
                    let failed =
                        switch result {
                        case .success(let outcome):
                            !outcome.isSuccess && !(outcome.command.mayLoseItsReader && outcome.status.isBrokenPipe)
                        case .failure: true
                        }
                    if failed {
                        group.addTask { [grace] in
                            try? await Task.sleep(for: grace); return .graceIsOver
                        }
                    }
                }
                group.cancelAll()
                return members.indices.compactMap { results[$0] }
            }
        } onCancel: {
            for member in members { member.stop(.cancelled) }
        }
        var outcomes: [CommandOutcome] = []
        for (member, result) in zip(members, results) {
            switch result {
            case .success(let outcome): outcomes.append(outcome)
            case .failure(let error):
                throw CommandFailure(
                    kind: .notStarted, pipeline: pipeline.name,
                    message: "cannot start \(member.command.program): \(error)", commands: [], cause: nil)
            }
        }
        return outcomes
    }

    private enum Event: Sendable {
        case ended(Int, Result<CommandOutcome, any Error>)
        case graceIsOver
    }
}
