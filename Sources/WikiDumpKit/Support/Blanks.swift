/// Defines the blanks in configuration and status files: space, and the control characters from tab to carriage return.
enum Blanks {
    static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (UInt8(ascii: "\t")...UInt8(ascii: "\r")).contains(byte)
    }
}

extension StringProtocol where SubSequence == Substring {
    /// The text without blanks at its end and, unless `leading` is false, at its start.
    func trimmingBlanks(leading: Bool = true) -> Substring {
        func isBlank(_ c: Character) -> Bool { c.utf8.allSatisfy(Blanks.isBlank) }
        let start = leading ? firstIndex { !isBlank($0) } ?? endIndex : startIndex
        guard let last = self[start...].lastIndex(where: { !isBlank($0) }) else { return self[start..<start] }
        return self[start...last]
    }
}
