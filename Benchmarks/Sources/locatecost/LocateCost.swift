import SystemPackage

// The count of block decodes is not public; so this is built with `--configuration debug`, which lets it be seen.
@testable import MWBzUtils

/// Prints how many blocks are decoded to find a page in a dump without an index.
///
///     locatecost DUMP ID
@main
enum LocateCost {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let id = Int64(arguments[2]) else { fatalError("usage: locatecost DUMP ID") }
        print(try await PageLocator(FilePath(arguments[1])).search(id: id).decodeCount)
    }
}
