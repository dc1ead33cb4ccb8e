import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix

/// What went wrong on the way to a host, in words.
package enum NetworkTrouble {
    /// The end of a sentence.
    ///
    /// - Parameters:
    ///   - connectSeconds: how long the client waits for a connection.
    ///   - readSeconds: how long it waits for the next bytes.
    package static func sentence(
        for error: any Error, host: String, connectSeconds: Int = 30, readSeconds: Int = 60
    ) -> String {
        switch error {
        case let error as NIOConnectionError:
            if error.connectionErrors.isEmpty, error.dnsAError != nil || error.dnsAAAAError != nil {
                return "the name '\(host)' is not known here: there is no network, or no name server answers"
            }
            return
                "no connection to '\(host)' comes about: \(error.connectionErrors.first.map { reason($0.error) } ?? "")"
        case let error as IOError where [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EHOSTDOWN].contains(error.errnoCode):
            return "no connection to '\(host)' comes about: \(reason(error))"
        case let error as HTTPClientError where isConnectTimeout(error):
            return "'\(host)' does not answer within \(connectSeconds) s"
        case let error as HTTPClientError where error == .readTimeout:
            return "'\(host)' sent nothing for \(readSeconds) s"
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            return "'\(host)' closed the connection"
        case let error as HTTPClientError where error == .proxyAuthenticationRequired:
            return "the proxy wants a user name and a password (http://USER:PASSWORD@HOST:PORT)"
        case let error as HTTPClientError:
            return "the connection to '\(host)' broke: \(error.shortDescription)"
        default:
            return "the connection to '\(host)' broke: \(reason(error))"
        }
    }

    /// Whether the host's certificate is not to be trusted, which no second try changes.
    package static func isUntrusted(_ error: any Error) -> Bool {
        // The library underneath has no value for it.
        let words = String(describing: error)
        return words.contains("CERTIFICATE_VERIFY_FAILED") || words.contains("failedToValidateHostname")
    }

    /// Whether no connection came about at all, so that nothing of a request can have arrived.
    package static func isBeforeConnection(_ error: any Error) -> Bool {
        switch error {
        case is NIOConnectionError: true
        case let error as IOError: [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EHOSTDOWN].contains(error.errnoCode)
        case let error as HTTPClientError: isConnectTimeout(error)
        case let error as ChannelError:
            if case .connectTimeout = error { true } else { false }
        default: false
        }
    }

    /// The client says that its pool has no connection where one to a host that it has others to does not come about.
    private static func isConnectTimeout(_ error: HTTPClientError) -> Bool {
        error == .connectTimeout || error == .getConnectionFromPoolTimeout
    }

    private static func reason(_ error: any Error) -> String {
        if let error = error as? IOError { return String(cString: strerror(error.errnoCode)) }
        if let error = error as? ChannelError, case .connectTimeout = error { return "it does not answer" }
        return String(describing: error)
    }
}
