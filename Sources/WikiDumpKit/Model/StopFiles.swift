public import SystemPackage

/// The files by which an operator holds up the workers of a farm, or ends them.
///
/// They lie in the root of the private tree, which every machine of the farm sees, so that one file reaches all workers.
public struct StopFiles: Sendable, Hashable {
    static let maintenanceName = "maintenance.txt"
    static let exitName = "exit.txt"
    static let names: Set = [maintenanceName, exitName]

    /// While it is there, no job begins. What it says is shown on the index page of the farm.
    public let maintenance: FilePath
    /// While it is there, no loop begins another dump.
    public let exit: FilePath

    /// Names the files in a folder.
    public init(in folder: FilePath) {
        maintenance = folder.appending(Self.maintenanceName)
        exit = folder.appending(Self.exitName)
    }

    /// Whether no job may begin.
    public func isMaintenance() throws(DumpError) -> Bool { try FileSystem.status(maintenance) != nil }

    /// Whether loops have to end.
    public func wantsExit() throws(DumpError) -> Bool { try FileSystem.status(exit) != nil }

    /// Says that work stops because of maintenance.
    /// - Parameter what: what does not begin.
    func refuse(_ what: String) throws(DumpError) {
        guard try isMaintenance() else { return }
        throw DumpError(
            .cancelled, "maintenance: \(maintenance) is there, so \(what)", remedy: "run again when the file is gone")
    }
}
