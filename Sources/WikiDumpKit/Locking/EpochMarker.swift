import MWBzUtils
import SystemPackage

/// The number of the newest claim on a wiki, stored as the name of an empty file: `.fence/N~TOKEN` in the wiki's private
/// folder.
///
/// The number is raised by renaming the file, for which the old name must exist. If several processes see the same number, only
/// one can raise it, and the others start over. This needs no guard. The folder is never removed.
///
/// The first number is the number of seconds since 1970. So if somebody removes the folder, the numbers still rise.
struct EpochMarker: Sendable {
    private let folder: FilePath
    private let fileSystem: FileSystem

    /// - Parameters:
    ///   - privateRoot: The private folder of the wiki, which must exist.
    ///   - fileSystem: The file system of that folder.
    init(in privateRoot: FilePath, on fileSystem: FileSystem) {
        folder = privateRoot.appending(".fence")
        self.fileSystem = fileSystem
    }

    /// Raises the number by one, durably.
    /// - Returns: The new number, which no other process gets.
    func raise() throws(DumpError) -> Int64 {
        try raise { (newest: Int64, _: String) throws(DumpError) in newest + 1 }
    }

    /// Raises the number, durably.
    /// - Parameter next: Gets the number that stands now and the token of the new name, and chooses a greater number. If
    ///   another process raises the number in the meantime, it is called again with another token.
    /// - Returns: The new number, which no other process gets.
    func raise(_ next: (Int64, String) throws(DumpError) -> Int64) throws(DumpError) -> Int64 {
        // Every failed attempt but the last means that another process was faster.
        for _ in 0..<1_000 {
            if let number = try raise(from: try standing(), next) { return number }
        }
        throw unreadable
    }

    /// Raises the number, durably, unless it was raised since it was seen.
    /// - Returns: The new number, which no other process gets; nil if another process was faster.
    func raise(
        from seen: Standing, _ next: (Int64, String) throws(DumpError) -> Int64
    ) throws(DumpError) -> Int64? {
        let token = fileSystem.surroundings.newMark()
        let number = try next(seen.number, token)
        guard try rename("\(seen.number)~\(seen.token)", to: "\(number)~\(token)") else { return nil }
        try fileSystem.synchronizeDirectory(folder)
        return number
    }

    /// What the marker says: a number and the token of its holder.
    typealias Standing = (number: Int64, token: String)

    /// What the marker says now. Makes it if there is none.
    func standing() throws(DumpError) -> Standing {
        // While another process renames the marker, a listing may miss both of its names.
        for _ in 0..<10 {
            if let found = try newest() { return found }
            try make()
        }
        guard let found = try newest() else { throw unreadable }
        return found
    }

    private var unreadable: DumpError {
        DumpError(
            .fileSystem, "\(folder) does not give the number of the newest run",
            remedy: "see what is in it; one empty file named NUMBER~TEXT belongs there")
    }

    /// What the marker says now; nil if there is none yet.
    private func newest() throws(DumpError) -> Standing? {
        try fileSystem.list(folder).compactMap { name in
            let parts = name.split(separator: "~", omittingEmptySubsequences: false)
            guard parts.count == 2, let number = Int64(parts[0]), (0..<Int64.max).contains(number) else { return nil }
            return (number, String(parts[1]))
        }.max { $0.number < $1.number }
    }

    /// - Returns: Whether the old name existed.
    private func rename(_ old: String, to new: String) throws(DumpError) -> Bool {
        do throws(Errno) {
            try fileSystem.calls.rename(folder.appending(old), to: folder.appending(new))
            return true
        } catch {
            if error == .noSuchFileOrDirectory { return false }
            throw DumpError(error, "cannot rename \(folder.appending(old))")
        }
    }

    /// How the name of a folder begins whose maker has not finished it. Once there is a marker, nobody needs it.
    static let unfinishedPrefix = ".fence~"

    /// Creates the folder under another name and then renames it. A rename never replaces a folder with a file in it, so if two
    /// processes do this, the second one fails.
    private func make() throws(DumpError) {
        let mark = fileSystem.surroundings.newMark()
        let new = FilePath("\(folder)~\(mark)")
        do throws(DumpError) {
            try fileSystem.makeDirectory(new, permissions: WikiDirectories.privateDirectoryPermissions)
            try fileSystem.write(
                [], to: new.appending("\(fileSystem.surroundings.clock.now().seconds)~\(mark)"),
                permissions: WikiDirectories.privateFilePermissions)
            do throws(Errno) { try fileSystem.calls.rename(new, to: folder) } catch {
                guard [.fileExists, .directoryNotEmpty].contains(error) else {
                    throw DumpError(error, "cannot make \(folder)")
                }
                try fileSystem.removeTree(new)
            }
            try fileSystem.synchronizeDirectory(folder.removingLastComponent())
        } catch {
            try? fileSystem.removeTree(new)
            // Another process may have been faster and removed this folder.
            if (try? newest()) == nil { throw error }
        }
    }
}
