/// Decides which files of a job an invocation asks for.
struct FileFilter: Sendable {
    let options: RunOptions
    /// `WIKI-DATE-`.
    let prefix: String

    var isEverything: Bool {
        options.part == nil && options.checkpoint == nil && options.afterCheckpoint == nil && options.pageRange == nil
    }

    /// The pieces of a file that are asked for.
    /// - Parameters:
    ///   - names: The names of the file and its index, without the prefix.
    ///   - pieces: All pieces of the file.
    ///   - parts: The parts of the wiki.
    /// - Throws: ``DumpError`` with code `usage` if the request is impossible.
    func wanted(of names: [String], pieces: [DumpPiece], parts: [DumpPiece]) throws(DumpError) -> [DumpPiece] {
        var wanted = pieces
        if let name = options.checkpoint {
            let file = parse(name)
            guard names.contains(file.whole.description) else { return [] }
            wanted = [try piece(file, name, parts)]
        } else if let name = options.afterCheckpoint {
            let file = parse(name)
            guard names.contains(file.whole.description) else { return [] }
            let last = try piece(file, name, parts).ids.upperBound
            wanted.removeAll { $0.ids.lowerBound <= last }
        } else if let range = options.pageRange {
            wanted = parts.compactMap { part in
                guard part.ids.overlaps(range) else { return nil }
                return DumpPiece(part: part.part, ids: part.ids.clamped(to: range), isRange: true)
            }
        }
        guard let number = options.part else { return wanted }
        guard parts.contains(where: { $0.part == number }) else {
            throw Self.noPart(number, among: parts.count == 1 && parts[0].part == nil ? 0 : parts.count)
        }
        return wanted.filter { $0.part == number }
    }

    /// The error for a part that does not exist.
    /// - Parameter count: The number of parts; 0 if files are whole.
    static func noPart(_ number: Int, among count: Int) -> DumpError {
        DumpError(
            .usage, "there is no part \(number)",
            remedy: count == 0 ? "the files of this run are not in parts" : "choose from 1 to \(count)")
    }

    /// Whether a file of a job is asked for. If a page range is asked for, the whole file must lie within it.
    func includes(_ name: String, of job: any Job) -> Bool {
        let file = parse(name)
        if let part = options.part, file.part != part { return false }
        if let range = options.pageRange { return file.pages.map(range.contains) ?? false }
        guard let other = (options.checkpoint ?? options.afterCheckpoint).map(parse) else { return true }
        let isOfSameFile = job.dividedFiles.contains {
            $0.contains(file.whole.description) && $0.contains(other.whole.description)
        }
        guard isOfSameFile else { return false }
        if options.checkpoint != nil { return file.part == other.part && file.pages == other.pages }
        if let pages = file.pages, let last = other.pages?.upperBound { return pages.lowerBound > last }
        return (file.part ?? 0) > (other.part ?? 0)
    }

    /// Throws if a requested file is made by none of the jobs.
    /// - Parameter names: The files of the jobs that were asked for, without the prefix.
    func check(_ names: [String]) throws(DumpError) {
        for name in [options.checkpoint, options.afterCheckpoint].compactMap({ $0 }) {
            guard !names.contains(parse(name).whole.description) else { continue }
            throw DumpError(
                .usage, "no job that was asked for makes the file \(name)",
                remedy:
                    "give the name of a file in the folder of the run, and name its job with \(RequestedValue.jobs)"
            )
        }
    }

    private func parse(_ name: String) -> DumpFileName {
        DumpFileName(file: name, prefix: prefix) ?? DumpFileName(name)
    }

    private func piece(_ file: DumpFileName, _ name: String, _ parts: [DumpPiece]) throws(DumpError) -> DumpPiece {
        guard let part = parts.first(where: { $0.part == file.part }) else {
            throw DumpError(
                .usage, "\(name) belongs to no part of this run",
                remedy: "look at the names in the folder of the run")
        }
        guard let pages = file.pages else { return part }
        guard part.ids.contains(pages) else {
            throw DumpError(
                .usage, "the pages of \(name) are not all in its part",
                remedy: "part \(part.part ?? 1) has the pages \(part.ids.lowerBound) to \(part.ids.upperBound)")
        }
        return DumpPiece(part: file.part, ids: pages, isRange: true)
    }
}
