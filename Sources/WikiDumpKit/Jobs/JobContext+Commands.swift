import Logging

extension JobContext {
    /// Runs commands for the job.
    var commands: CommandRunner { CommandRunner(report: reportCommand) }

    /// How often reading the database or the wiki is retried.
    var retries: RetryPolicy { wiki.settings.retries(timer) }

    /// The command, set to be stopped after `[source] hanglimit` seconds without a sign of life.
    func watched(_ command: Command) -> Command {
        let limit = wiki.settings.source.mediaWiki.hangLimit
        var command = command
        if command.limits.silence == nil, limit > 0 { command.limits.silence = .seconds(limit) }
        return command
    }

    /// Logs which commands run and what they print.
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
