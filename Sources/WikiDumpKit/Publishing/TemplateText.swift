/// Prepares plain text for the escaping of the template engine.
///
/// The engine escapes whole characters. To it, `"` followed by a combining accent is a single character that needs no escaping,
/// but a browser sees a bare quote. So combining marks that would merge with such a character get a dotted circle to combine
/// with instead. Control characters that HTML does not allow become U+FFFD.
func templateText(_ text: String) -> String {
    var out = String.UnicodeScalarView()
    for character in text {
        let scalars = character.unicodeScalars
        if scalars.count > 1, scalars.contains(where: isMarkup) {
            for (index, scalar) in scalars.enumerated() {
                if index > 0 { out.append("\u{25CC}") }
                out.append(scalar)
            }
        } else {
            out.append(contentsOf: scalars.map { isForbidden($0) ? "\u{FFFD}" : $0 })
        }
    }
    return String(out)
}

private func isMarkup(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "<", ">", "&", "\"", "'": true
    default: false
    }
}

private func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\t", "\n", "\r": false
    case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": true
    default: false
    }
}

/// A file or folder name as a part of a relative address. The result cannot be a scheme and cannot leave its folder.
func addressPart(_ name: String) -> String {
    var out = ""
    for byte in name.utf8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: "~"):
            out.append(Character(Unicode.Scalar(byte)))
        default:
            let digits = String(byte, radix: 16, uppercase: true)
            out += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
        }
    }
    return out
}
