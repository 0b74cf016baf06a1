import CLibrary
import SystemPackage
import WikiDumpKit

/// The links in a folder that make `dumpctl` answer to the names of old programs.
struct CompatLinks {
    /// What was done about a name.
    enum Action: String, Encodable {
        /// The link is new.
        case linked
        /// The link was there.
        case kept
        /// The link is new; what had the name was moved aside.
        case replaced
        /// The link is gone.
        case removed
        /// The link is gone; what had the name before has it again.
        case restored
    }

    struct Change: Encodable {
        var name: String
        var path: String
        var action: Action
        /// Where the link leads, or led.
        var target: String
        /// What a program was moved to, or came back from.
        var aside: String?
    }

    /// After the name of a program that was moved aside.
    private static let asideEnding = ".before-dumpctl"
    private let folder: FilePath
    private let binary: FilePath

    /// - Parameter folder: Where the links are to be.
    init(in folder: FilePath) throws(DumpError) {
        try DumpArgument.checkFolder(folder)
        self.folder = folder
        binary = try Self.runningBinary()
    }

    /// Makes the links. Changes nothing if one name belongs to another program and `force` is false.
    func install(force: Bool) throws(DumpError) -> [Change] {
        let foreign = names.filter { isTaken($0) && !isOurs($0) }
        guard force || foreign.isEmpty else {
            throw DumpError(
                .fileSystem, "\(folder) has other programs named \(foreign.joined(separator: ", "))",
                remedy: "--force moves them aside, and `dumpctl compat remove` puts them back")
        }
        var changes: [Change] = []
        for name in names {
            let path = folder.appending(name)
            var change = Change(name: name, path: path.string, action: .linked, target: binary.string)
            if isOurs(name) {
                change.action = target(of: path) == binary ? .kept : .linked
            } else if isTaken(name) {
                let aside = folder.appending(name + Self.asideEnding)
                if isTaken(name + Self.asideEnding) {
                    throw DumpError(.fileSystem, "\(aside) is there already", remedy: "remove it, or \(path)")
                }
                try rename(path, to: aside)
                (change.action, change.aside) = (.replaced, aside.string)
            }
            if change.action != .kept { try link(path) }
            changes.append(change)
        }
        return changes
    }

    /// Removes the links, and puts back what they replaced.
    func remove() throws(DumpError) -> [Change] {
        var changes: [Change] = []
        for name in names where isOurs(name) {
            let path = folder.appending(name)
            var change = Change(
                name: name, path: path.string, action: .removed, target: target(of: path)?.string ?? "")
            let aside = folder.appending(name + Self.asideEnding)
            if isTaken(name + Self.asideEnding) {
                try rename(aside, to: path)
                (change.action, change.aside) = (.restored, aside.string)
            } else if unsafe unlink(path.string) != 0 {
                throw failure("cannot remove \(path)")
            }
            changes.append(change)
        }
        return changes
    }

    private var names: [String] { OldTools.all.map { $0.name }.sorted() }

    private func isTaken(_ name: String) -> Bool {
        var record = stat()
        return unsafe lstat(folder.appending(name).string, &record) == 0
    }

    /// Whether a name is a link to a program of the name of this one.
    private func isOurs(_ name: String) -> Bool {
        target(of: folder.appending(name))?.lastComponent == binary.lastComponent
    }

    private func target(of path: FilePath) -> FilePath? { Self.readLink(path) }

    /// Links to the binary under another name first, so that the name is never missing.
    private func link(_ path: FilePath) throws(DumpError) {
        let temporary = folder.appending(".\(path.lastComponent?.string ?? "").\(getpid()).tmp")
        guard unsafe symlink(binary.string, temporary.string) == 0 else { throw failure("cannot make \(temporary)") }
        try rename(temporary, to: path)
    }

    private func rename(_ path: FilePath, to other: FilePath) throws(DumpError) {
        // Not `FileSystem`, which would wait for the disk: a link lost in a power cut is made again.
        guard unsafe renameat(AT_FDCWD, path.string, AT_FDCWD, other.string) == 0 else {
            throw failure("cannot rename \(path) to \(other)")
        }
    }

    private func failure(_ what: String) -> DumpError { DumpError(.fileSystem, what, cause: Errno(rawValue: errno)) }

    private static func readLink(_ path: FilePath) -> FilePath? {
        let bytes = unsafe [CChar](unsafeUninitializedCapacity: Int(PATH_MAX)) { buffer, count in
            count = unsafe buffer.baseAddress.map { unsafe max(0, readlink(path.string, $0, buffer.count)) } ?? 0
        }
        return bytes.isEmpty ? nil : FilePath(String(decoding: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    /// Where the program of this process is.
    private static func runningBinary() throws(DumpError) -> FilePath {
        if let path = readLink("/proc/self/exe") { return path }
        if let command = CommandLine.arguments.first, let path = unsafe realpath(command, nil) {
            defer { unsafe free(path) }
            return FilePath(unsafe String(cString: path))
        }
        throw DumpError(.fileSystem, "the path of this program cannot be found", remedy: "call it by its full path")
    }
}
