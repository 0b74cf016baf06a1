/// The identity of this software.
package enum Program {
    /// The version.
    package static let version = "0.1.0"
    /// The user agent for requests to web servers.
    /// - Parameter address: Where to find information about the operator; empty for none.
    package static func userAgent(_ address: String = "") -> String {
        "dumpctl/\(version)" + (address.isEmpty ? "" : " (\(address))")
    }

    /// The name and version, as written in certificates.
    package static let nameAndVersion = "dumpctl \(version)"
}
