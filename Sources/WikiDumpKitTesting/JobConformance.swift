import Logging
public import SystemPackage
public import WikiDumpKit

/// What every `Job` of WikiDumpKit has to pass.
public enum JobConformance {
    /// Runs a job twice over a small wiki in memory and checks its files, its names and its report.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - folder: An empty folder to work in.
    ///   - content: The wiki to run it on.
    /// - Throws: ``ConformanceViolation``, or what the job throws.
    public static func check(
        _ job: any Job, folder: FilePath, content: InMemoryContent = InMemoryContent(pageCount: 10, revisionsPerPage: 3)
    ) async throws {
        let first = try await run(job, in: folder.appending("first"), content)
        let second = try await run(job, in: folder.appending("second"), content)
        try ConformanceViolation.require(
            first == second, "doing a job again with the same content gives the same bytes")
    }

    private static func run(_ job: any Job, in folder: FilePath, _ content: InMemoryContent) async throws
        -> [String: FileHashes]
    {
        guard let name = WikiName("check-wiki_1"), let date = DumpDate("20260102") else {
            throw ConformanceViolation("the names of the check are sound")
        }
        try ConformanceViolation.require(
            !job.name.isEmpty
                && job.name.utf8.allSatisfy {
                    ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D || $0 == 0x5F
                },
            "a job name consists of ASCII letters, digits, - and _, but is '\(job.name)'")
        try ConformanceViolation.require(!job.title.isEmpty, "a job has a title")
        try ConformanceViolation.require(!job.prerequisites.contains(job.name), "a job does not need itself")

        let wiki = InMemoryWiki(name: name, folder: folder, content: content)
        let directory = job.isPrivate ? wiki.directories.privateRun(date) : wiki.directories.run(date)
        try FileSystem.makeDirectory(directory)
        let names = job.fileNames(prefix: "\(name)-\(date)-")
        for file in names {
            try ConformanceViolation.require(
                file.hasPrefix("\(name)-\(date)-") && !file.contains("/"),
                "a file name begins with the prefix and has no folder, but is '\(file)'")
        }
        let snapshot = try await wiki.contentSource().openSnapshot()
        var context = JobContext(
            wiki: wiki, date: date, snapshot: snapshot, width: 2, logger: LogCapture().logger, progress: { _, _ in })
        context.isPrivate = job.isPrivate
        let report = try await job.run(context)
        try ConformanceViolation.require(
            report.files.map(\.name) == names, "the report names the files that were announced, in their order")
        let found = try FileSystem.list(directory)
        try ConformanceViolation.require(
            Set(found) == Set(names), "the job leaves its files and no others, but left \(found)")
        var hashes: [String: FileHashes] = [:]
        for file in report.files {
            let path = directory.appending(file.name)
            try ConformanceViolation.require(file.isComplete, "\(file.name) is reported complete")
            try ConformanceViolation.require(
                try FileSystem.status(path)?.size == file.size, "the size of \(file.name) is as reported")
            let actual = try FileHashes(of: path)
            try ConformanceViolation.require(file.hashes == actual, "the hashes of \(file.name) are as reported")
            hashes[file.name] = actual
        }
        return hashes
    }
}
