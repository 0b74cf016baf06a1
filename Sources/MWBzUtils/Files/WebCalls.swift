import Synchronization
package import SystemPackage

/// Web servers as a file system that can only be read. Its paths are addresses: see ``WebAddress``.
///
/// Files that are open twice share what has come of them.
package final class WebCalls: FileCalls {
    /// For the whole process.
    package static let shared = WebCalls()

    /// How long the facts about a file are believed without asking again.
    private static let trust = Duration.seconds(10)
    /// How many files are remembered.
    private static let capacity = 8
    private struct Memory {
        var sources: [(source: WebSource, checked: ContinuousClock.Instant)] = []
        /// Why something failed, for messages: an `Errno` says little about a web server.
        var failures: [WebAddress: WebFailure] = [:]
        /// What folders listed: whether it is a folder too.
        var listed: [WebAddress: Bool] = [:]
    }
    private let memory = Mutex(Memory())

    /// The calls for a path: those of the web for an address, else those of the system.
    package static func of(_ path: FilePath) -> any FileCalls {
        WebAddress(path) == nil ? SystemCalls() : WebCalls.shared
    }

    /// The source at an address; one that is open already if it is still the same file.
    private func source(_ address: WebAddress) throws(WebFailure) -> WebSource {
        let known = memory.withLock { $0.sources.first { $0.source.address == address } }
        if let known, known.checked.duration(to: .now) < Self.trust { return known.source }
        var source = try WebSource(address)
        // What has come of the same file need not come again.
        if let known, known.source.facts == source.facts, source.facts.validator != nil { source = known.source }
        memory.withLock { memory in
            memory.sources.removeAll { $0.source.address == address }
            memory.sources.append((source, .now))
            if memory.sources.count > Self.capacity { memory.sources.removeFirst() }
        }
        return source
    }

    /// Does something with an address, and keeps why it failed.
    private func with<Value>(
        _ path: FilePath, _ body: (WebAddress) throws(WebFailure) -> Value
    ) throws(Errno) -> Value {
        guard let address = WebAddress(path) else { throw .noSuchFileOrDirectory }
        do throws(WebFailure) { return try body(address) } catch {
            keep(error, address)
            throw error.errno
        }
    }

    fileprivate func keep(_ failure: WebFailure, _ address: WebAddress) {
        memory.withLock { $0.failures[address] = failure }
    }

    package func explain(_ error: BzError) -> BzError {
        guard let file = error.file, let address = WebAddress(file),
            let failure = memory.withLock({ $0.failures[address] }), failure.errno == error.cause as? Errno
        else { return error }
        let told = failure.error(address)
        // Callers look at the cause to tell what is missing. All else is told by the message.
        return BzError(
            told.code, "\(error.message): \(told.message)", remedy: told.remedy, file: file,
            cause: failure.kind == .missing ? error.cause : nil)
    }

    package func open(_ path: FilePath, _ opening: FileOpening) throws(Errno) -> WebFile {
        guard opening == .read || opening == .readAnywhere else { throw .readOnlyFileSystem }
        return try with(path) { address throws(WebFailure) in WebFile(try source(address), self) }
    }

    package func status(of path: FilePath, followsLink: Bool) throws(Errno) -> FileStatus {
        try with(path) { address throws(WebFailure) in
            if !followsLink, let isFolder = memory.withLock({ $0.listed[address] }) {
                return WebFile.status(address, WebSource.Facts(size: 0, isFolder: isFolder))
            }
            return WebFile.status(address, try source(address).facts)
        }
    }

    /// The names that the page of a folder links to: its files.
    ///
    /// Folders in it are left out: nobody wants to look through a whole mirror.
    package func names(in folder: FilePath) throws(Errno) -> [String] {
        try with(folder) { address throws(WebFailure) in
            let names = try WebListing(address.asFolder).names.filter { !$0.hasSuffix("/") }
            memory.withLock { memory in
                for name in names { memory.listed[address.appending(name)] = false }
            }
            return names
        }
    }

    // MARK: What cannot be done

    package func openUnnamed(in folder: FilePath, permissions: UInt16) throws(Errno) -> WebFile {
        throw .readOnlyFileSystem
    }
    package func mayExecute(_ path: FilePath) -> Bool { false }
    package func rename(_ path: FilePath, to other: FilePath) throws(Errno) { throw .readOnlyFileSystem }
    package func exchange(_ path: FilePath, with other: FilePath) throws(Errno) { throw .readOnlyFileSystem }
    package func link(_ path: FilePath, as other: FilePath) throws(Errno) { throw .readOnlyFileSystem }
    package func makeSymbolicLink(_ path: FilePath, to target: String) throws(Errno) { throw .readOnlyFileSystem }
    package func target(ofLink path: FilePath) throws(Errno) -> String { throw .invalidArgument }
    package func unlink(_ path: FilePath) throws(Errno) { throw .readOnlyFileSystem }
    package func makeFolder(_ path: FilePath, permissions: UInt16) throws(Errno) { throw .readOnlyFileSystem }
    package func removeFolder(_ path: FilePath) throws(Errno) { throw .readOnlyFileSystem }
    package func setPermissions(of path: FilePath, to permissions: UInt16) throws(Errno) { throw .readOnlyFileSystem }
    package func synchronizeFileSystem(of folder: FilePath) throws(Errno) { throw .readOnlyFileSystem }
    package func setTime(of path: FilePath, to seconds: Int64) throws(Errno) { throw .readOnlyFileSystem }
    package func touch(_ path: FilePath) throws(Errno) { throw .readOnlyFileSystem }
}

/// A file on a web server that is open.
package final class WebFile: OpenFile {
    let source: WebSource
    private let calls: WebCalls
    private let place = Mutex<Int64>(0)

    fileprivate init(_ source: WebSource, _ calls: WebCalls) { (self.source, self.calls) = (source, calls) }

    private func explained<Value>(_ body: () throws(WebFailure) -> Value) throws(Errno) -> Value {
        do throws(WebFailure) { return try body() } catch {
            calls.keep(error, source.address)
            throw error.errno
        }
    }

    package func read(count: Int) throws(Errno) -> [UInt8] {
        try place.withLock { place throws(Errno) in
            let bytes = try read(at: place, count: count)
            place += Int64(bytes.count)
            return bytes
        }
    }

    package func read(at offset: Int64, count: Int) throws(Errno) -> [UInt8] {
        try explained { () throws(WebFailure) in try source.read(at: offset, count: count) }
    }

    package func status() throws(Errno) -> FileStatus { Self.status(source.address, source.facts) }

    /// Whatever changes when the file does stands in the place of the inode number.
    fileprivate static func status(_ address: WebAddress, _ facts: WebSource.Facts) -> FileStatus {
        var number = Hasher()
        number.combine(address)
        number.combine(facts.validator)
        return FileStatus(
            kind: facts.isFolder ? .folder : facts.hasRanges ? .regular : .pipe, size: facts.size ?? 0, seconds: 0,
            nanoseconds: 0, device: .max, number: UInt64(bitPattern: Int64(number.finalize())), linkCount: 1,
            permissions: 0o444, user: 0, group: 0)
    }

    package func write(_ bytes: [UInt8]) throws(Errno) { throw .readOnlyFileSystem }
    package func synchronize() throws(Errno) { throw .readOnlyFileSystem }
    package func flush() throws(Errno) { throw .readOnlyFileSystem }
    package func setPermissions(_ permissions: UInt16) throws(Errno) { throw .readOnlyFileSystem }
    package func setOwner(user: UInt32, group: UInt32) throws(Errno) { throw .readOnlyFileSystem }
    package func lock(_ lock: FileLocking) throws(Errno) { throw .notSupported }
    package func link(as path: FilePath) throws(Errno) { throw .readOnlyFileSystem }
    package func close() throws(Errno) {}
}
