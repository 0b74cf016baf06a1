import Logging

extension JobContext {
    /// Runs commands for the job.
    var commands: PipelineRunner { PipelineRunner(report: reportCommand) }

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
