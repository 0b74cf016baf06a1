/// What this software calls itself.
public enum Program {
    /// The version.
    public static let version = "0.1.0"
    /// Who asks, as web servers want to know it.
    /// - Parameter address: Where something can be learned about the operator; empty for nothing.
    public static func userAgent(_ address: String = "") -> String {
        "dumpctl/\(version)" + (address.isEmpty ? "" : " (\(address))")
    }

    /// Name and version, as certificates have them.
    public static let nameAndVersion = "dumpctl \(version)"
}
