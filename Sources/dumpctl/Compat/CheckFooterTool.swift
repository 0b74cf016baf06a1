import MWBzUtils
import SystemPackage
import WikiDumpKit

/// `checkforbz2footer`: whether a file ends with the footer of a bzip2 stream. Nothing else is looked at.
enum CheckFooterTool: OldTool {
    static let name = "checkforbz2footer"
    private static let footerMagic: UInt128 = 0x1772_4538_5090
    /// Bytes of a footer that does not begin at a byte border.
    private static let tailSize = 11

    private static let help = """
        Usage: checkforbz2footer FILE
        Tells whether FILE ends with the footer of a bzip2 stream: exit status 0 if it does, 255 if not.

          -h, --help     this text
          -v, --version  the version
        The new name of this program, which looks at more: dumpctl check-truncation

        """

    static func run(_ arguments: [String]) async -> Int32 {
        let options: OldOptions
        do {
            options = try OldOptions(arguments, known: [.init("help", "h"), .init("version", "v")], program: name)
        } catch { return refuse(error, help: help) }
        if options.has("version") { return refuse(nil, help: "\(name) of dumpctl \(Program.version)\n") }
        guard options.operands.count == 1, !options.has("help") else { return refuse(nil, help: help) }
        let path = FilePath(options.operands[0])
        switch FileKind(of: path) {
        case .directory:
            complain("read of file failed")
            return usageStatus
        case .other:
            complain("lseek of file failed")
            return usageStatus
        default: break
        }
        do throws(BzError) {
            let file = try RandomAccessFile(path)
            let size = try file.size()
            guard size >= Int64(tailSize) else {
                complain("lseek of file failed")
                return usageStatus
            }
            let tail = try file.read(at: size - Int64(tailSize), count: tailSize)
            let bits = tail.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
            let isFooter = (0..<8).contains { padding in (bits >> (32 + padding)) & 0xFFFF_FFFF_FFFF == footerMagic }
            return isFooter ? 0 : usageStatus
        } catch {
            complain("\(error)")
            return usageStatus
        }
    }
}
