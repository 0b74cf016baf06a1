/// The API of a wiki, section `[wiki]`.
struct APISettings: Sendable, Hashable {
    /// The address of `api.php`; empty if the wiki is not asked.
    var address: String
    /// The name to ask the server for (the header `Host`), where the address is that of a machine; empty for the name in
    /// the address.
    var host: String

    /// The curl that asks, `[tools] curl`.
    var curl: String
    /// What the request says of who asks, `[wiki] useragent`.
    var userAgent: String

    /// Makes settings.
    init(
        address: String = "", host: String = "", curl: String = ToolPaths().curl,
        userAgent: String = Program.userAgent()
    ) {
        self.address = address
        self.host = host
        self.curl = curl
        self.userAgent = userAgent
    }
}
