import CLibrary
import MWBzUtils
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
        /// The link is new; the program that had the name was moved aside.
        case replaced
        /// The link is gone.
        case removed
        /// The link is gone; the program that had the name before has it again.
        case restored
    }

    struct Change: Encodable {
        var name: String
        var path: String
        var action: Action
        /// Where the link leads, or led.
        var target: String
        /// The path that a program was moved to, or moved back from.
        var aside: String?
    }

    /// The ending of the name of a program that was moved aside.
    private static let asideEnding = ".before-dumpctl"
    private let folder: FilePath
    private let binary: FilePath
    private let fileSystem = FileSystem.real

    /// - Parameter folder: The folder for the links.
    init(in folder: FilePath) throws(DumpError) {
        try DumpArgument.checkFolder(folder)
        self.folder = folder
        binary = try Self.runningBinary()
    }

    /// Makes the links. Changes nothing if one name belongs to another program and `force` is false.
    func install(force: Bool) throws(DumpError) -> [Change] {
        var foreign: [String] = []
        for name in names where try isTaken(name) {
            if try !isOurs(name) { foreign.append(name) }
        }
        guard force || foreign.isEmpty else {
            throw DumpError(
                .fileSystem, "\(folder) has other programs named \(foreign.joined(separator: ", "))",
                remedy: "--force moves them aside, and `dumpctl compat remove` puts them back")
        }
        // What a killed process left.
        try fileSystem.removeLeftovers(in: folder, olderThan: 60)
        var changes: [Change] = []
        for name in names {
            let path = folder.appending(name)
            var change = Change(name: name, path: path.string, action: .linked, target: binary.string)
            if try isOurs(name) {
                change.action = try target(of: path) == binary ? .kept : .linked
            } else if try isTaken(name) {
                let aside = folder.appending(name + Self.asideEnding)
                if try isTaken(name + Self.asideEnding) {
                    throw DumpError(.fileSystem, "\(aside) is there already", remedy: "remove it, or \(path)")
                }
                try rename(path, to: aside)
                (change.action, change.aside) = (.replaced, aside.string)
            }
            // The link is made under another name first, so that the name is never missing.
            if change.action != .kept { try fileSystem.link(path, to: binary.string) }
            changes.append(change)
        }
        return changes
    }

    /// Removes the links, and puts back what they replaced.
    func remove() throws(DumpError) -> [Change] {
        var changes: [Change] = []
        for name in names where try isOurs(name) {
            let path = folder.appending(name)
            var change = Change(
                name: name, path: path.string, action: .removed, target: try target(of: path)?.string ?? "")
            let aside = folder.appending(name + Self.asideEnding)
            if try isTaken(name + Self.asideEnding) {
                try rename(aside, to: path)
                (change.action, change.aside) = (.restored, aside.string)
            } else {
                try fileSystem.remove(path)
            }
            changes.append(change)
        }
        return changes
    }

    private var names: [String] { OldTools.all.map { $0.name }.sorted() }

    private func isTaken(_ name: String) throws(DumpError) -> Bool {
        let path = folder.appending(name)
        do throws(Errno) { _ = try fileSystem.calls.status(of: path, followsLink: false) } catch {
            if error == .noSuchFileOrDirectory { return false }
            throw DumpError(.fileSystem, "cannot look at \(path)", cause: error)
        }
        return true
    }

    /// Does not use `move`, which would wait for the disk. Links that a power cut loses can be made again.
    private func rename(_ path: FilePath, to other: FilePath) throws(DumpError) {
        do throws(Errno) { try fileSystem.calls.rename(path, to: other) } catch {
            throw DumpError(.fileSystem, "cannot rename \(path) to \(other)", cause: error)
        }
    }

    /// Whether a name is a link to a program with the name of this one.
    private func isOurs(_ name: String) throws(DumpError) -> Bool {
        try target(of: folder.appending(name))?.lastComponent == binary.lastComponent
    }

    private func target(of path: FilePath) throws(DumpError) -> FilePath? {
        try fileSystem.linkTarget(path).map { FilePath($0) }
    }

    /// Where the program of this process is.
    private static func runningBinary() throws(DumpError) -> FilePath {
        if let path = try? FileSystem.real.linkTarget("/proc/self/exe") { return FilePath(path) }
        if let command = ProgramStart.arguments.first, let path = unsafe realpath(command, nil) {
            defer { unsafe free(path) }
            return FilePath(unsafe String(cString: path))
        }
        throw DumpError(.fileSystem, "the path of this program cannot be found", remedy: "call it by its full path")
    }
}
