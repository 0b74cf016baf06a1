public import SystemPackage

/// Files with which an operator pauses or stops the workers of a farm.
///
/// They are in the root of the private tree, which all machines of the farm share. So one file reaches all workers.
public struct StopFiles: Sendable {
    static let maintenanceName = "maintenance.txt"
    static let exitName = "exit.txt"
    static let names: Set = [maintenanceName, exitName]

    /// While it exists, no job starts. Its text is shown on the farm's index page.
    public let maintenance: FilePath
    /// While it exists, no loop starts another dump.
    public let exit: FilePath
    private let fileSystem: FileSystem
    /// The process that looks for them.
    var surroundings: Surroundings { fileSystem.surroundings }

    /// Names the files in a folder.
    public init(in folder: FilePath, on fileSystem: FileSystem = .real) {
        self.fileSystem = fileSystem
        maintenance = folder.appending(Self.maintenanceName)
        exit = folder.appending(Self.exitName)
    }

    /// Whether maintenance forbids new jobs.
    public func isMaintenance() throws(DumpError) -> Bool { try fileSystem.status(maintenance) != nil }

    /// Whether loops must end.
    public func wantsExit() throws(DumpError) -> Bool { try fileSystem.status(exit) != nil }

    /// Throws during maintenance.
    /// - Parameter what: The consequence for the message, such as “no dump begins”.
    func refuse(_ what: String) throws(DumpError) {
        guard try isMaintenance() else { return }
        throw DumpError(
            .cancelled, "maintenance: \(maintenance) exists, so \(what)", remedy: "run again when the file is gone")
    }
}
