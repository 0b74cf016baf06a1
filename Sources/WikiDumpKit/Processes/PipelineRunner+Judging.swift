import SystemPackage

extension PipelineRunner {
    /// Throws what is the matter with the commands of a pipeline, if anything is: of several failures the one that
    /// explains the others.
    func judge(_ commands: [CommandOutcome], of pipeline: Pipeline) throws(CommandFailure) {
        let failed = commands.indices.filter { index in
            let outcome = commands[index]
            if outcome.isSuccess { return false }
            let isForgiven =
                outcome.command.mayLoseItsReader && outcome.status.isBrokenPipe && outcome.stop == nil
                && commands.indices.contains(index + 1) && commands[index + 1].isSuccess
            return !isForgiven
        }
        // A stop of ours comes first, then who failed by itself, then who only lost its reader, then who was stopped
        // because of the others.
        func rank(_ outcome: CommandOutcome) -> Int {
            switch outcome.stop {
            case .cancelled: 0
            case .timeLimit, .silence, .tooMuchOutput: 1
            case nil: outcome.status.isBrokenPipe ? 3 : 2
            case .neighbour: 4
            }
        }
        guard let culprit = failed.map({ commands[$0] }).min(by: { rank($0) < rank($1) }) else { return }
        let (kind, reason) = culprit.explanation
        let words = culprit.lastLines.last.map { ": \($0)" } ?? ""
        throw CommandFailure(
            kind: kind, pipeline: pipeline.name, message: "\(culprit.command) \(reason)\(words)", commands: commands,
            cause: nil)
    }

    /// Checks a file, makes it durable and gives it its name.
    func commit(
        _ file: PipelineFile, of pipeline: Pipeline, _ commands: [CommandOutcome]
    ) async throws(CommandFailure) -> FileRecord {
        do throws(DumpError) {
            guard let status = try FileSystem.status(file.inProgress), status.isFile else {
                throw DumpError(.outputBad, "the commands did not make \(file.inProgress)")
            }
            try await file.check(file.inProgress)
            let hashes = try FileHashes(of: file.inProgress)
            do throws(Errno) {
                let descriptor = try FileSystem.open(file.inProgress, .readOnly)
                defer { try? descriptor.close() }
                try FileSystem.synchronize(descriptor)
            } catch {
                throw DumpError(error, "cannot make \(file.inProgress) durable")
            }
            try FileSystem.move(file.inProgress, to: file.path)
            return FileRecord(
                name: file.path.lastComponent?.string ?? "", size: status.size, isComplete: true, hashes: hashes)
        } catch {
            throw pipeline.failure(error, commands)
        }
    }
}

extension CommandOutcome {
    /// What is the matter with it: the class, and words that follow the command.
    fileprivate var explanation: (CommandFailure.Kind, String) {
        switch (stop, status) {
        case (.cancelled, _): (.cancelled, "was stopped")
        case (.timeLimit, _): (.timeLimit, "was stopped after its limit of \(command.limits.time ?? .zero)")
        case (.silence, _): (.silence, "was stopped: no sign of life for \(command.limits.silence ?? .zero)")
        case (.tooMuchOutput, _): (.tooMuchOutput, "was stopped: it wrote more than can be taken")
        case (_, .exited(let code)): (.exited(code), "ended with \(status)")
        case (_, .signaled(let number)): (.signaled(number), "was ended by \(status)")
        }
    }
}

extension Pipeline {
    /// An error of ours as the failure of the pipeline.
    func failure(_ error: DumpError, _ commands: [CommandOutcome] = []) -> CommandFailure {
        let kind: CommandFailure.Kind =
            switch error.code {
            case .outputBad: .outputBad
            case .diskFull: .diskFull
            case .cancelled: .cancelled
            default: .fileSystem
            }
        return CommandFailure(
            kind: kind, pipeline: name, message: error.description, commands: commands, cause: error)
    }

    /// Does something, and translates what it throws.
    func translating<Value>(_ body: () throws(DumpError) -> Value) throws(CommandFailure) -> Value {
        do throws(DumpError) { return try body() } catch { throw failure(error) }
    }
}
