{{/* What the schema cannot say in a sentence: values that contradict each other or are in the wrong place. */}}
{{- define "baton.check" -}}
{{- if and .Values.hostId (gt (int .Values.replicas) 1) -}}
{{- fail "hostId and replicas contradict each other: two processes under one host id would be taken for one. Leave hostId empty with more than one replica." -}}
{{- end -}}
{{- if and .Values.secrets.values (not .Values.secrets.create) -}}
{{- fail "secrets.values has values, and secrets.create is false, so that they would reach nobody. Name a Secret in secrets.existing, or set secrets.create." -}}
{{- end -}}
{{- if and .Values.secrets.create (not .Values.secrets.values) -}}
{{- fail "secrets.create is set, and secrets.values is empty. Give BATON_CLIENT_ID, BATON_CLIENT_SECRET and the connector's own, or name a Secret in secrets.existing." -}}
{{- end -}}
{{- if and .Values.ca.configMap .Values.ca.secret -}}
{{- fail "ca.configMap and ca.secret are both given. Put the certificates into one of them." -}}
{{- end -}}
{{- if and .Values.workloadIdentity.enabled (ne .Values.connector "baton-microsoft-entra") -}}
{{- fail (printf "workloadIdentity is a way to sign in to Microsoft, and the connector is %s, which takes no such token. Leave it out." .Values.connector) -}}
{{- end -}}
{{- if and .Values.certificate.secret (hasPrefix "BATON_ENTRA_" .Values.certificate.certificateVariable) (ne .Values.connector "baton-microsoft-entra") -}}
{{- fail (printf "certificate.certificateVariable %s is Microsoft Entra's, and the connector is %s. Leave certificate.secret out, or name the variables that this connector takes." .Values.certificate.certificateVariable .Values.connector) -}}
{{- end -}}
{{- if and .Values.workloadIdentity.enabled .Values.certificate.secret -}}
{{- fail "workloadIdentity.enabled and certificate.secret are two ways to sign in. Choose one." -}}
{{- end -}}
{{- if and .Values.workloadIdentity.enabled (not .Values.workloadIdentity.clientId) -}}
{{- fail "workloadIdentity.enabled needs workloadIdentity.clientId: the client id of the application or identity that has the federated credential." -}}
{{- end -}}
{{- if and .Values.workloadIdentity.enabled (not .Values.workloadIdentity.webhook) (not .Values.workloadIdentity.tenantId) -}}
{{- fail "workloadIdentity without the webhook needs workloadIdentity.tenantId as well." -}}
{{- end -}}
{{- if and .Values.workloadIdentity.enabled (not .Values.serviceAccount.create) (not .Values.serviceAccount.name) -}}
{{- fail "workloadIdentity.enabled needs a ServiceAccount of its own: set serviceAccount.create, or name one in serviceAccount.name." -}}
{{- end -}}
{{- if contains "@" .Values.proxy.https -}}
{{- fail "proxy.https has credentials in it, which would stand in the Deployment for everybody to read. Leave it empty, and put the whole address as HTTPS_PROXY into a Secret that secrets.existing names." -}}
{{- end -}}
{{- range $part := list "settings" "environment" -}}
{{- range $name, $_ := index $.Values $part -}}
{{- if regexMatch "SECRET|TOKEN$|PASSWORD|PRIVATE_KEY" $name -}}
{{- fail (printf "%s.%s would stand in the Deployment for everybody to read. Put it into a Secret, and the Secret's name into secrets.existing; for a certificate there is certificate.secret." $part $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}
