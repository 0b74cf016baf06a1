extension DumpError.Code {
    /// A sentence for pages and files that everybody can read.
    ///
    /// It depends on the class of the failure alone. So it holds no path, no host and nothing of a database; what exactly
    /// failed is in ``DumpError/description``, which is for the operator.
    public var publicText: String {
        switch self {
        case .usage: "the run was asked for something that makes no sense"
        case .configuration: "the configuration of the dumps has to be put right"
        case .unknownWiki: "the wiki is not in the list of wikis"
        case .lockHeld: "another process is at work on the wiki"
        case .lockLost: "another process has taken over the wiki"
        case .nothingToDo: "there was nothing to do"
        case .source: "the wiki's database could not be read"
        case .unavailable: "the wiki's database could not be reached"
        case .schema: "the wiki's database is of a version that is not understood"
        case .fileSystem: "a file could not be read or written"
        case .diskFull: "the disk is full; the job is done again when there is space"
        case .permission: "a file may not be read or written"
        case .clock: "the clock of the server is wrong"
        case .jobFailed: "the job could not finish"
        case .outputBad: "what was written did not agree with the wiki's database, so it was withheld"
        case .damaged: "too much of it is damaged in the wiki's database, so it was withheld"
        case .cancelled: "the job was stopped; the next run does it"
        default: "the job failed"
        }
    }
}
