import CLibrary

/// The environment of this process.
enum ProcessEnvironment {
    /// The value of a variable; nil if it is not set.
    static func value(_ name: String) -> String? {
        // The pointer is read at once; nothing here ever changes the environment.
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}
