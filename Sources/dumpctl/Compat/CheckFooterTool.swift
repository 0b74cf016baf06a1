import MWBzUtils
import SystemPackage

/// `checkforbz2footer`: checks that a file ends with the footer of a bzip2 stream, and nothing else.
enum CheckFooterTool: OldTool {
    static let name = "checkforbz2footer"
    private static let footerMagic: UInt128 = 0x1772_4538_5090
    /// The bytes of a footer that does not begin at a byte boundary.
    private static let tailSize = 11

    static let options: [OldOptions.Option] = [.init("help", "h"), .init("version", "v")]

    static let help = """
        Usage: checkforbz2footer FILE
        Tells whether FILE ends with the footer of a bzip2 stream: exit status 0 if it does, 255 if not.

          -h, --help     this text
          -v, --version  the version
        The new name of this program, which looks at more: dumpctl check-truncation

        """

    static func status(of error: BzError) -> Int32 { usageStatus }

    static func run(_ options: OldOptions) async throws(BzError) -> Int32? {
        guard options.operands.count == 1 else { return nil }
        func refuse(_ call: String) -> Int32 {
            complain("\(call) of file failed")
            return usageStatus
        }
        let path = FilePath(options.operands[0])
        switch FileKind(of: path) {
        case .directory: return refuse("read")
        case .other: return refuse("lseek")
        default: break
        }
        let file = try RandomAccessFile(path)
        let size = try file.size()
        guard size >= Int64(tailSize) else { return refuse("lseek") }
        let tail = try file.read(at: size - Int64(tailSize), count: tailSize)
        let bits = tail.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        let isFooter = (0..<8).contains { padding in (bits >> (32 + padding)) & 0xFFFF_FFFF_FFFF == footerMagic }
        return isFooter ? 0 : usageStatus
    }
}
