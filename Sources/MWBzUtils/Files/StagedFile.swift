import CLibrary
import Synchronization
package import SystemPackage

/// A file that appears under its name only when it is complete. All files are written this way.
///
/// However the process ends, the final name leads to the old file or to the complete new one. If the value goes away
/// before ``place(_:durably:)``, what was written is removed.
package struct StagedFile: ~Copyable {
    /// Where the bytes are until the file gets its name.
    package enum Staging: Sendable {
        /// In a nameless file, which vanishes with the process; under a hidden name if the file system has no such files.
        case unnamed
        /// Under a hidden name: see ``TemporaryNames``.
        case hidden
        /// Under this name, replacing any file that has it. The file is locked while it has this name, so that others can
        /// tell that a living process is writing it.
        case claimed(FilePath)
    }

    /// The permission bits of the file.
    package enum Permissions: Sendable {
        /// These.
        case exactly(UInt16)
        /// These, after the `umask` of the process is applied.
        case masked(UInt16)
    }

    /// The final path of the file.
    package let path: FilePath
    /// Bytes written so far.
    package private(set) var size: Int64 = 0
    private let calls: any FileCalls
    private let file: any OpenFile
    /// The current name of the bytes; nil if they have none.
    private var temporary: FilePath?
    private var isSealed = false
    private var isOpen = true
    /// Whether the file has its final name. Making the name durable may have failed.
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
            // Without locks nobody can tell that the file is being written. Then others go by the age of the file.
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
        let name = calls.temporaryName(for: path)
        return (try calls.open(name, .createNew(bits)), name)
    }

    deinit {
        if isOpen { Self.discard(file, temporary, calls) }
    }

    /// Removes what was written. Errors do not matter: a file that cannot be removed is a leftover, as after a kill.
    private static func discard(_ file: any OpenFile, _ temporary: FilePath?, _ calls: any FileCalls) {
        // Closing ends the claim, so the name must be removed before.
        if let temporary { try? calls.unlink(temporary) }
        try? file.close()
    }

    /// Appends bytes.
    package mutating func append(_ bytes: [UInt8]) throws(Errno) {
        guard isOpen, !isSealed else { throw .badFileDescriptor }
        try file.write(bytes)
        size += Int64(bytes.count)
    }

    /// Changes the owner of the file.
    package func setOwner(user: UInt32, group: UInt32) throws(Errno) { try file.setOwner(user: user, group: group) }

    /// Ends writing. A lack of space is noticed here at the latest, before anybody sees the file.
    /// - Parameter durably: Whether the bytes must survive a power cut.
    package mutating func seal(durably: Bool = true) throws(Errno) {
        guard isOpen else { throw .badFileDescriptor }
        if isSealed { return }
        if durably { try file.synchronize() }
        try file.flush()
        isSealed = true
    }

    /// Gives the file its name, and seals it first if necessary.
    /// - Parameters:
    ///   - existing: What to do if a file already has the name. With `refuse` this throws `fileExists`.
    ///   - durably: Whether the bytes and the name must survive a power cut.
    package mutating func place(_ existing: ReplacingFile.Existing = .replace, durably: Bool = true) throws(Errno) {
        try seal(durably: durably)
        switch existing {
        case .replace: try replace()
        case .refuse: try takeFreeName()
        }
        (isOpen, isPlaced) = (false, true)
        // Sealing has shown that all bytes are written, so an error of closing says nothing new.
        try? file.close()
        if durably { try calls.synchronizeFolder(of: path) }
    }

    private mutating func replace() throws(Errno) {
        // Only a rename replaces, and only a name can be renamed.
        let name = temporary ?? calls.temporaryName(for: path)
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
            // Not every file system has hard links. Without them, a file that somebody makes at this very moment can be lost.
            guard error != .fileExists, try calls.status(of: path) == nil else { throw .fileExists }
            try calls.rename(name, to: path)
            return
        }
        // A second name that stays is a leftover, as after a kill.
        try? calls.unlink(name)
    }

    /// Abandons the file and removes what was written.
    package mutating func discard() {
        guard isOpen else { return }
        isOpen = false
        Self.discard(file, temporary, calls)
    }
}

/// Temporary names of files that are being written next to their final name: `.NAME.PROCESS-NUMBER.PID.tmp`.
///
/// A PID is not unique among machines that share a folder, or among containers on one machine. So each process also draws
/// a random number, by which it recognizes its own files.
package final class TemporaryNames: Sendable {
    /// Those of this process.
    package static let ofThisProcess = TemporaryNames(token: .random(in: 1 << 60 ... .max), processID: getpid())

    private let process: String
    private let processID: Int32
    private let last = Atomic<UInt64>(0)

    /// - Parameters:
    ///   - token: The random number of the process.
    ///   - processID: Its PID.
    package init(token: UInt64, processID: Int32) {
        process = String(token, radix: 16)
        self.processID = processID
    }

    /// A name that no file has, in the folder of a path.
    package func beside(_ path: FilePath) -> FilePath {
        let name = String(decoding: Array((path.lastComponent?.string ?? "").utf8.prefix(200)), as: UTF8.self)
        let number = last.add(1, ordering: .relaxed).newValue
        return path.removingLastComponent().appending(".\(name).\(process)-\(number).\(processID).tmp")
    }

    /// Whether this is such a temporary name. Its process may be writing the file, or may have died.
    package static func isTemporary(_ name: String) -> Bool { name.hasPrefix(".") && name.hasSuffix(".tmp") }

    /// Whether this is a temporary name that another process made.
    package func isOfOthers(_ name: String) -> Bool {
        guard Self.isTemporary(name) else { return false }
        let parts = name.split(separator: ".").dropLast()
        return parts.last.flatMap { Int32($0) } != nil && parts.dropLast().last?.hasPrefix(process + "-") != true
    }
}
