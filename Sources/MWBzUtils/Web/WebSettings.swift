import Synchronization

/// How web servers are asked.
public struct WebSettings: Sendable, Hashable {
    /// The name by which the program introduces itself. Wikimedia's servers refuse names that tell nobody whom to write to.
    public var userAgent: String
    /// How long to wait for a connection, in seconds.
    public var connectLimit = 15
    /// A transfer that moves nothing for so many seconds has failed.
    public var silence = 30
    /// How often a request is made again without anything having come.
    public var retries = 4
    /// The longest pause that a server may demand, in seconds.
    public var longestPause = 120
    /// How many redirects are followed.
    public var redirectLimit = 5

    /// Makes settings.
    public init(userAgent: String = "WikiDumpKit") {
        self.userAgent = userAgent
    }

    /// The name of the whole process.
    private static let name = Mutex<String?>(nil)

    /// The settings that files with an address are read with.
    public static var standard: WebSettings { name.withLock { $0 }.map { WebSettings(userAgent: $0) } ?? WebSettings() }

    /// Sets the name by which the whole process introduces itself.
    public static func introduce(as userAgent: String) { name.withLock { $0 = userAgent } }
}
