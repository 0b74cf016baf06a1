public import MWBzUtils
import Synchronization
public import SystemPackage

/// Fetches a run from mirrors. No file gets its name before it is proven by its hash; what was fetched in part is gone on with.
public struct DumpFetch: Sendable {
    /// What happens meanwhile.
    public enum Event: Sendable {
        /// A file is there already, and has the right hash.
        case kept(MirroredRun.File)
        /// A file is fetched. So many of its bytes are there from an earlier attempt.
        case began(MirroredRun.File, from: DumpMirror, at: Int64)
        /// Bytes of files have come, or have been found.
        case received(Int64)
        /// A file is complete and proven.
        case fetched(MirroredRun.File, from: DumpMirror)
        /// A mirror did not give a file. The next one is asked.
        case refused(MirroredRun.File, by: DumpMirror, DumpError)
        /// No mirror gave a file.
        case failed(MirroredRun.File, DumpError)
    }

    /// What came of it.
    public struct Report: Sendable {
        /// Where the files are.
        public let folder: FilePath
        /// Files that came.
        public fileprivate(set) var fetched: [MirroredRun.File] = []
        /// Files that were there.
        public fileprivate(set) var kept: [MirroredRun.File] = []
        /// Files that no mirror gave, and why.
        public fileprivate(set) var failed: [(file: MirroredRun.File, error: DumpError)] = []
    }

    private let mirrors: [DumpMirror]
    private let root: FilePath
    private let connections: Int
    private let settings: WebSettings
    private let fileSystem: FileSystem

    /// - Parameters:
    ///   - mirrors: Who is asked for files, in this order.
    ///   - folder: Below it, each run has a folder: `WIKI/20261101`, `mediawiki_content_current/WIKI/2026-11-01`.
    ///   - connections: How many files are fetched at a time. Wikimedia allows three.
    public init(
        from mirrors: [DumpMirror], to folder: FilePath, connections: Int = 3, settings: WebSettings = .standard,
        on fileSystem: FileSystem = .real
    ) {
        (self.mirrors, root, self.connections) = (mirrors, folder, max(1, connections))
        (self.settings, self.fileSystem) = (settings, fileSystem)
    }

    /// Where a run goes.
    public func folder(of run: MirroredRun) -> FilePath {
        let parent = run.dataset == .dumps ? root : root.appending(run.dataset.description)
        return parent.appending(run.wiki.description).appending(run.date)
    }

    /// Fetches files of a run.
    /// - Parameters:
    ///   - files: Which of them.
    ///   - told: Is told what happens, from several tasks.
    /// - Throws: ``DumpError`` if the folder cannot be written to, with code `cancelled` if the task was cancelled. That a file
    ///   does not come is in the report.
    public func fetch(
        _ files: [MirroredRun.File], of run: MirroredRun, _ told: @escaping @Sendable (Event) -> Void = { _ in }
    ) async throws(DumpError) -> Report {
        let folder = folder(of: run)
        try fileSystem.makeDirectory(folder)
        let state = Work(files, Report(folder: folder))
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<min(connections, files.count) {
                group.addTask {
                    while !Task.isCancelled, let file = state.next() {
                        do throws(DumpError) {
                            let isNew = try await get(file, of: run, in: folder, told)
                            state.add(file, isNew: isNew)
                        } catch {
                            if error.code == .source { told(.failed(file, error)) }
                            state.add(file, error)
                        }
                    }
                }
            }
        }
        if Task.isCancelled { throw DumpError(.cancelled, "stopped on request") }
        let done = try state.report()
        try writeLists(of: run, having: Set((done.fetched + done.kept).map(\.name)), in: folder)
        return done
    }

    /// - Returns: Whether the file had to be fetched.
    private func get(
        _ file: MirroredRun.File, of run: MirroredRun, in folder: FilePath, _ told: @escaping @Sendable (Event) -> Void
    ) async throws(DumpError) -> Bool {
        let path = folder.appending(file.name)
        if try await waitingAside({ () throws(DumpError) in try isProven(path, file) }) {
            told(.kept(file))
            if let size = try fileSystem.status(path)?.size { told(.received(size)) }
            return false
        }
        var last: DumpError?
        for mirror in mirrors {
            let address = mirror.address.appending(run.dataset.folder(of: run.wiki, run.date)).appending(file.name)
            do throws(DumpError) {
                try await waitingAside { () throws(DumpError) in
                    try download(file, address, mirror, to: path, told)
                }
                told(.fetched(file, from: mirror))
                return true
            } catch {
                guard error.code == .source else { throw error }
                last = error
                if mirrors.count > 1 { told(.refused(file, by: mirror, error)) }
            }
        }
        throw last ?? DumpError(.usage, "there is no mirror to ask", remedy: "name one")
    }

    private func isProven(_ path: FilePath, _ file: MirroredRun.File) throws(DumpError) -> Bool {
        guard let status = try fileSystem.status(path), status.isFile, file.size == nil || file.size == status.size
        else { return false }
        var digest = RunningDigest(file.digest.kind)
        do throws(BzError) {
            var bytes = try FileBytes(path, on: fileSystem.calls)
            while let chunk = try bytes.next() {
                digest.add(chunk)
                if Task.isCancelled { throw BzError(.cancelled, "stopped") }
            }
        } catch {
            if error.code == .cancelled { throw DumpError(.cancelled, "stopped on request") }
            throw DumpError(.fileSystem, "cannot read \(path)", cause: error)
        }
        return digest.digits == file.digest.digits
    }

    /// Downloads a file to its end, proves it and gives it its name. Blocks the thread.
    private func download(
        _ file: MirroredRun.File, _ address: WebAddress, _ mirror: DumpMirror, to path: FilePath,
        _ told: @escaping @Sendable (Event) -> Void
    ) throws(DumpError) {
        let partial = try PartialFile(path, file.digest.kind, on: fileSystem)
        // What is there from earlier may be of another file. Then the second attempt begins with nothing.
        for attempt in 0..<2 {
            if attempt > 0 || partial.size > file.size ?? .max {
                told(.received(-partial.size))
                try partial.restart()
            }
            let began = partial.size
            if attempt == 0 { told(.received(began)) }
            told(.began(file, from: mirror, at: began))
            do throws(WebFailure) {
                try transfer(address, file, to: partial, told)
            } catch {
                if error.kind == .changed || error.kind == .withoutRanges, began > 0 || attempt == 0 { continue }
                throw DumpMirror.error(error, address)
            }
            if partial.digits == file.digest.digits { return try partial.place() }
            if began == 0 { break }
        }
        told(.received(-partial.size))
        try partial.discard()
        throw DumpError(
            .source,
            "\(address) is not the file that the lists of the mirror are about: its \(file.digest.kind.rawValue) differs",
            remedy: "try again later, or ask another mirror")
    }

    private func transfer(
        _ address: WebAddress, _ file: MirroredRun.File, to partial: PartialFile,
        _ told: @Sendable (Event) -> Void
    ) throws(WebFailure) {
        // Nothing is missing when only the proof and the name are.
        if let size = file.size, partial.size == size, size > 0 { return }
        let stream = try WebStream(address, from: partial.size, settings: settings)
        func put(_ body: () throws(DumpError) -> Void) throws(WebFailure) {
            do throws(DumpError) { try body() } catch { throw WebFailure(.other, "\(error)") }
        }
        if stream.position < partial.size {
            told(.received(-partial.size))
            try put(partial.restart)
        }
        if let announced = stream.size, let size = file.size, announced != size {
            throw WebFailure(
                .other, "the server has \(announced) bytes, but its lists say \(size)",
                remedy: "try again later, or ask another mirror")
        }
        let limit = file.size ?? stream.size ?? .max
        while let bytes = try stream.next() {
            guard partial.size + Int64(bytes.count) <= limit else {
                throw WebFailure(.other, "the server sends more than the \(limit) bytes that it announced")
            }
            try put { () throws(DumpError) in try partial.append(bytes) }
            told(.received(Int64(bytes.count)))
        }
    }

    /// Writes what lists of the mirror say of the files that are there, last.
    private func writeLists(
        of run: MirroredRun, having names: Set<String>, in folder: FilePath
    ) throws(DumpError) {
        if run.files.allSatisfy({ names.contains($0.name) }) {
            try fileSystem.write(run.list.bytes, to: folder.appending(run.list.name))
        }
        for kind in FileDigest.Kind.allCases {
            let files = run.files.filter { $0.digest.kind == kind && names.contains($0.name) }
            if files.isEmpty { continue }
            let text = files.map { "\($0.digest.digits)  \($0.name)\n" }.joined()
            // A list of this name is one of all files.
            let isTotal = kind == .sha256 && run.files.allSatisfy { $0.digest.kind == kind }
            let name = isTotal ? "SHA256SUMS" : "\(run.wiki)-\(run.date)-\(kind.rawValue)sums.txt"
            try fileSystem.write(Array(text.utf8), to: folder.appending(name))
        }
    }
}

/// The files that are left, and what came of the others.
private final class Work: Sendable {
    private struct State {
        var files: ArraySlice<MirroredRun.File>
        var report: DumpFetch.Report
        var obstacle: DumpError?
    }
    private let state: Mutex<State>

    init(_ files: [MirroredRun.File], _ report: DumpFetch.Report) {
        state = Mutex(State(files: files[...], report: report))
    }

    func next() -> MirroredRun.File? { state.withLock { $0.obstacle == nil ? $0.files.popFirst() : nil } }

    func add(_ file: MirroredRun.File, isNew: Bool) {
        state.withLock { state in
            if isNew { state.report.fetched.append(file) } else { state.report.kept.append(file) }
        }
    }

    /// A server that fails is one thing. A disk that does would fail with every file.
    func add(_ file: MirroredRun.File, _ error: DumpError) {
        state.withLock { state in
            if error.code == .source {
                state.report.failed.append((file, error))
            } else {
                state.obstacle = state.obstacle ?? error
            }
        }
    }

    /// - Throws: ``DumpError`` if something keeps all files from coming.
    func report() throws(DumpError) -> DumpFetch.Report {
        let (report, obstacle) = state.withLock { ($0.report, $0.obstacle) }
        if let obstacle { throw obstacle }
        return report
    }
}
