/// What this software calls itself.
package enum Program {
    /// The version.
    package static let version = "0.1.0"
    /// Who asks, as web servers want to know it.
    /// - Parameter address: Where something can be learned about the operator; empty for nothing.
    package static func userAgent(_ address: String = "") -> String {
        "dumpctl/\(version)" + (address.isEmpty ? "" : " (\(address))")
    }

    /// Name and version, as certificates have them.
    package static let nameAndVersion = "dumpctl \(version)"
}
