{{/* The variables that the chart itself decides on, as a JSON object. */}}
{{- define "baton.ownVariables" -}}
{{- $own := dict
  "BATON_HEALTH_CHECK" (toString .Values.probes.enabled)
  "BATON_HEALTH_CHECK_PORT" (toString .Values.probes.port)
  "BATON_HEALTH_CHECK_BIND_ADDRESS" "127.0.0.1"
  "BATON_C1Z_TEMP_DIR" .Values.workDir.path
  "TMPDIR" .Values.workDir.path -}}
{{- if or .Values.ca.configMap .Values.ca.secret -}}
{{- $_ := set $own "SSL_CERT_DIR" "/etc/baton/ca:/etc/ssl/certs" -}}
{{- end -}}
{{- with .Values.proxy.https -}}
{{- $_ := set $own "HTTPS_PROXY" . -}}
{{- end -}}
{{- with .Values.proxy.none -}}
{{- $_ := set $own "NO_PROXY" . -}}
{{- end -}}
{{- with .Values.certificate -}}
{{- if .secret -}}
{{- $_ := set $own .certificateVariable (printf "/etc/baton/certificate/%s" .certificateKey) -}}
{{- $_ := set $own .privateKeyVariable (printf "/etc/baton/certificate/%s" .privateKeyKey) -}}
{{- end -}}
{{- end -}}
{{- with .Values.workloadIdentity -}}
{{- if .enabled -}}
{{- $_ := set $own "BATON_USE_WORKLOAD_IDENTITY" "true" -}}
{{- if not .webhook -}}
{{- $_ := set $own "AZURE_CLIENT_ID" .clientId -}}
{{- $_ := set $own "AZURE_TENANT_ID" .tenantId -}}
{{- $_ := set $own "AZURE_FEDERATED_TOKEN_FILE" "/var/run/secrets/baton/token" -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toJson $own -}}
{{- end }}

{{/* The container's env: the host id, what the chart decides on, and the values' settings and environment. */}}
{{- define "baton.env" -}}
{{- $all := include "baton.ownVariables" . | fromJson -}}
{{- $_ := set $all "BATON_HOST_ID" (default (include "baton.fullname" .) .Values.hostId) -}}
{{- range $part := list "settings" "environment" -}}
{{- range $name, $value := index $.Values $part -}}
{{- if hasKey $all $name -}}
{{- fail (printf "%s.%s is what another value of the chart decides on; the chart's README says which." $part $name) -}}
{{- end -}}
{{- $_ := set $all $name (kindIs "float64" $value | ternary (toString (int64 $value)) (toString $value)) -}}
{{- end -}}
{{- end -}}
{{- range $name, $value := $all }}
- name: {{ $name }}
  {{- if and (eq $name "BATON_HOST_ID") (gt (int $.Values.replicas) 1) }}
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
  {{- else }}
  value: {{ $value | quote }}
  {{- end }}
{{- end }}
{{- end }}
