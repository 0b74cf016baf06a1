/// What this software calls itself.
public enum Program {
    /// The version.
    public static let version = "0.1.0"
    /// Name and version, as certificates have them.
    public static let nameAndVersion = "dumpctl \(version)"
}
