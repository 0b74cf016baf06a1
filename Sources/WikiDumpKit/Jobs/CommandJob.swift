import SystemPackage

/// A job that starts programs, and can say beforehand which.
public protocol CommandJob: Job {
    /// The commands that it starts, in order, as far as they are known before it runs. Starts none and touches no file.
    /// - Parameters:
    ///   - wiki: The wiki that would be dumped.
    ///   - date: The date of the run.
    ///   - options: What the invocation would ask of the job.
    /// - Throws: ``DumpError`` when the configuration lacks something that a command needs.
    func commands(for wiki: any Wiki, date: DumpDate, options: RunOptions) throws(DumpError) -> [Command]
}

extension Job {
    /// The folder in which the files of the job are: the public one of the run, or the private one if the job is private.
    func folder(of wiki: any Wiki, date: DumpDate) -> FilePath {
        isPrivate ? wiki.directories.privateRun(date) : wiki.directories.run(date)
    }
}
