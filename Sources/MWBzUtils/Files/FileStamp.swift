import SystemPackage

/// What changes about a file when somebody writes to it or puts another in its place.
struct FileStamp: Hashable {
    let size: Int64
    private let seconds: Int64
    private let nanoseconds: Int64
    private let number: UInt64

    init(_ path: FilePath) throws(BzError) {
        do throws(Errno) {
            let status = try SystemCalls().status(of: path, followsLink: true)
            (size, number) = (status.size, status.number)
            (seconds, nanoseconds) = (status.seconds, status.nanoseconds)
        } catch {
            throw BzError(.fileSystem, "cannot be looked at", file: path, cause: error)
        }
    }
}
