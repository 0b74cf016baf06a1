package import SystemPackage

/// A file that is written beside its place and put there whole: the one way in which a file gets its content.
///
/// Whatever ends the process, under the final name is what was there before, or the whole file. A value that goes away
/// before ``place(_:durably:)`` removes what was written.
package struct StagedFile: ~Copyable {
    /// Where the bytes are until they are in their place.
    package enum Staging: Sendable {
        /// In a file without a name, which vanishes with the process; where there is no such thing, under a hidden name.
        case unnamed
        /// Under a hidden name: see ``TemporaryName``.
        case hidden
        /// Under this name, whatever is there. The file is locked as long as it has it, so that others can tell that a
        /// living process writes it.
        case claimed(FilePath)
    }

    /// Which permission bits the file gets.
    package enum Permissions: Sendable {
        /// These.
        case exactly(UInt16)
        /// These, less what the process does not allow (`umask`).
        case masked(UInt16)
    }

    /// Where the file will stand.
    package let path: FilePath
    /// Bytes written so far.
    package private(set) var size: Int64 = 0
    private let calls: any FileCalls
    private let file: any OpenFile
    /// The name that the bytes have now; nil for none.
    private var temporary: FilePath?
    private var isSealed = false
    private var isOpen = true
    /// Whether the file has its final name, although it may be that making the name durable failed.
    package private(set) var isPlaced = false

    /// Begins a file.
    package init(
        _ path: FilePath, _ staging: Staging, permissions: Permissions, calls: any FileCalls
    ) throws(Errno) {
        self.path = path
        self.calls = calls
        (file, temporary) = try Self.open(path, staging, permissions, calls)
    }

    private static func open(
        _ path: FilePath, _ staging: Staging, _ permissions: Permissions, _ calls: any FileCalls
    ) throws(Errno) -> (any OpenFile, FilePath?) {
        let bits =
            switch permissions {
            case .exactly(let bits), .masked(let bits): bits
            }
        let (file, name) = try make(path, staging, bits, calls)
        if case .exactly = permissions {
            do throws(Errno) { try file.setPermissions(bits) } catch {
                discard(file, name, calls)
                throw error
            }
        }
        if case .claimed = staging {
            // A file system without such locks has no claims; then the age of a file has to do.
            try? file.lock(.exclusive)
        }
        return (file, name)
    }

    private static func make(
        _ path: FilePath, _ staging: Staging, _ bits: UInt16, _ calls: any FileCalls
    ) throws(Errno) -> (any OpenFile, FilePath?) {
        switch staging {
        case .claimed(let name): return (try calls.open(name, .create(bits)), name)
        case .unnamed:
            let folder = path.removingLastComponent()
            if let file = try? calls.openUnnamed(in: folder.isEmpty ? "." : folder, permissions: bits) {
                return (file, nil)
            }
        case .hidden: break
        }
        let name = TemporaryName.beside(path)
        return (try calls.open(name, .createNew(bits)), name)
    }

    deinit {
        if isOpen { Self.discard(file, temporary, calls) }
    }

    /// Gives up what was written. Nobody waits for an answer: what cannot be removed is a leftover, as after a kill.
    private static func discard(_ file: any OpenFile, _ temporary: FilePath?, _ calls: any FileCalls) {
        // The name goes first, while the file is claimed.
        if let temporary { try? calls.unlink(temporary) }
        try? file.close()
    }

    /// Appends bytes.
    package mutating func append(_ bytes: [UInt8]) throws(Errno) {
        guard isOpen, !isSealed else { throw .badFileDescriptor }
        try file.write(bytes)
        size += Int64(bytes.count)
    }

    /// Gives the file to somebody.
    package func setOwner(user: UInt32, group: UInt32) throws(Errno) { try file.setOwner(user: user, group: group) }

    /// Ends writing. What fails for want of space fails here at the latest, before anybody sees the file.
    /// - Parameter durably: Whether the bytes have to survive a power cut.
    package mutating func seal(durably: Bool = true) throws(Errno) {
        guard isOpen else { throw .badFileDescriptor }
        if isSealed { return }
        if durably { try file.synchronize() }
        try file.flush()
        isSealed = true
    }

    /// Gives the file its name, sealed first if it is not yet.
    /// - Parameters:
    ///   - existing: What to do about a file that has the name already. If it is refused, this throws `fileExists`.
    ///   - durably: Whether the bytes and the name have to survive a power cut.
    package mutating func place(_ existing: ReplacingFile.Existing = .replace, durably: Bool = true) throws(Errno) {
        try seal(durably: durably)
        switch existing {
        case .replace: try replace()
        case .refuse: try takeFreeName()
        }
        (isOpen, isPlaced) = (false, true)
        // The bytes are where they belong, as sealing has shown; closing has nothing to add.
        try? file.close()
        if durably { try calls.synchronizeFolder(of: path) }
    }

    private mutating func replace() throws(Errno) {
        // Only a rename replaces, and only a name can be renamed.
        let name = temporary ?? TemporaryName.beside(path)
        if temporary == nil { try file.link(as: name) }
        temporary = name
        try calls.rename(name, to: path)
        temporary = nil
    }

    private mutating func takeFreeName() throws(Errno) {
        guard let name = temporary else { return try file.link(as: path) }
        // Unlike a rename, a link cannot replace what somebody put there in the meantime.
        do throws(Errno) {
            try calls.link(name, as: path)
        } catch {
            // Not every file system has hard links; there a file made in this very moment can be lost.
            guard error != .fileExists, try calls.status(of: path) == nil else { throw .fileExists }
            try calls.rename(name, to: path)
            return
        }
        // A second name that stays is a leftover, as after a kill.
        try? calls.unlink(name)
    }

    /// Gives the file up and removes what was written.
    package mutating func discard() {
        guard isOpen else { return }
        isOpen = false
        Self.discard(file, temporary, calls)
    }
}
