import Logging

extension JobContext {
    /// Runs commands for the job.
    var commands: CommandRunner { CommandRunner(report: reportCommand) }

    /// How often what reads the database or the wiki is tried again.
    var retries: RetryPolicy { wiki.settings.retries(timer) }

    /// A command that is stopped when it gives no sign of life for `[source] hanglimit` seconds.
    func watched(_ command: Command) -> Command {
        let limit = wiki.settings.source.mediaWiki.hangLimit
        var command = command
        if command.limits.silence == nil, limit > 0 { command.limits.silence = .seconds(limit) }
        return command
    }

    /// Writes to the log which commands run and what they say.
    var reportCommand: @Sendable (CommandEvent) -> Void {
        { [logger] event in
            switch event {
            case .started(let command, let processID): logger.debug("started \(processID): \(command)")
            case .line(let command, let line): logger.info("\(command.program): \(line)")
            case .ended(let outcome): logger.debug("ended with \(outcome.status): \(outcome.command)")
            case .retrying(let failure, let attempt, let pause):
                logger.warning("\(failure); try \(attempt) follows in \(pause)")
            }
        }
    }
}
